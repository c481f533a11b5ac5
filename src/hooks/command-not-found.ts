import type {Hook} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {brokenCommand, unknownCommand} from '../cli/unknown-command.js'

/** Says what was probably meant. oclif throws the error of this hook in the place of its own. What was typed it has joined to one name. */
const commandNotFound: Hook.CommandNotFound = async ({config}) => {
  const typed = process.argv.slice(2)
  throw new OrchError('ORCH_USAGE', brokenCommand(typed, config) ?? unknownCommand(typed, config.commandIDs))
}

export default commandNotFound
