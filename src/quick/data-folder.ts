import {homedir} from 'node:os'
import {join} from 'node:path'

/** The state directory as oclif finds it, on Linux and macOS. */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  return env['ORCH_DATA_DIR'] || join(env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local', 'share'), 'orch')
}
