import type {Hook} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {brokenCommand, unknownCommand} from '../cli/unknown-command.js'

/** Suggests the command that was probably meant. oclif throws this hook's error instead of its own, and passes the typed words joined to one id. */
const commandNotFound: Hook.CommandNotFound = async ({config}) => {
  const typed = process.argv.slice(2)
  throw new OrchError('ORCH_USAGE', brokenCommand(typed, config) ?? unknownCommand(typed, config.commandIDs))
}

export default commandNotFound
