import {spawnSync} from 'node:child_process'
import {OrchError} from '@orch/plugin-kit'
import {splitCommand} from './command-line.js'

/** Opens a file in the person's editor ($VISUAL, $EDITOR, else vi) and waits until it is closed. @throws ORCH_USAGE when there is none */
export function editFile(file: string, env: NodeJS.ProcessEnv = process.env): void {
  const command = env['VISUAL'] || env['EDITOR'] || 'vi'
  const [program, ...args] = splitCommand(command)
  const {error} = spawnSync(program, [...args, file], {stdio: 'inherit'})
  if (error)
    throw new OrchError('ORCH_USAGE', {
      what: `The editor ${command} does not start: ${error.message}.`,
      hint: 'Set EDITOR to one that is installed.',
    })
}
