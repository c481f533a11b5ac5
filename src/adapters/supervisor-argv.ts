import {join} from 'node:path'

/** What starts a supervisor, in the foreground; `--expose-gc` is for giving memory back (`Heap`). @param root of the installed orch */
export function supervisorArgv(root: string): Argv {
  return [process.execPath, '--expose-gc', join(root, 'bin', 'run.js'), 'daemon', 'run', '--json']
}

/** What loads the plugins as a supervisor would, and no more: under the same limits. @param flags of `orch daemon try` */
export function trialArgv(root: string, flags: readonly string[]): Argv {
  return [process.execPath, '--expose-gc', join(root, 'bin', 'run.js'), 'daemon', 'try', '--json', ...flags]
}

type Argv = [program: string, ...args: string[]]
