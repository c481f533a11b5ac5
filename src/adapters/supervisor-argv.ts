import {join} from 'node:path'

/** What starts a supervisor, in the foreground; `--expose-gc` is for giving memory back (`Heap`). @param root of the installed orch */
export function supervisorArgv(root: string): [program: string, ...args: string[]] {
  return [process.execPath, '--expose-gc', join(root, 'bin', 'run.js'), 'daemon', 'run', '--json']
}
