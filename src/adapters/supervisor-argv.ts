import {join} from 'node:path'

/**
 * Megabytes of each half of V8's young generation (`--max-semi-space-size`, nodejs.org/api/cli.html); 16 without it. A supervisor with 100 agents
 * lives in 40 MB of heap and does little, yet keeps whatever a busy moment (a start) made the halves grow to.
 */
const SEMI_SPACE_MB = 2

/** What starts a supervisor, in the foreground. @param root of the installed orch */
export function supervisorArgv(root: string): [program: string, ...args: string[]] {
  return [process.execPath, `--max-semi-space-size=${SEMI_SPACE_MB}`, '--expose-gc', join(root, 'bin', 'run.js'), 'daemon', 'run', '--json']
}
