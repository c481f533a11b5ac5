import {createHash} from 'node:crypto'
import {homedir, tmpdir} from 'node:os'
import {join} from 'node:path'

/** sun_path holds 108 bytes on Linux and 104 on macOS; Node cuts longer ones silently, so we stay below with room for a suffix. */
const LONGEST_SOCKET_PATH = 100

/** Where a supervisor and its clients keep and find things; every path absolute. */
export interface StatePaths {
  readonly data: string
  readonly socket: string
  readonly state: string
  readonly projects: string
  readonly plans: string
  readonly spool: string
  readonly log: string
  /** Programs given to agents, by version: an upgrade never pulls one from under them. */
  readonly bin: string
  readonly user: string
}

/**
 * @param data the state directory
 * @param version of orch
 * @param env for XDG_RUNTIME_DIR and XDG_STATE_HOME (XDG Base Directory Specification 0.8)
 */
export function statePaths(data: string, version: string, env: NodeJS.ProcessEnv): StatePaths {
  return {
    data,
    socket: socketPath(data, env),
    state: join(data, 'state'),
    projects: join(data, 'projects'),
    plans: join(data, 'plans'),
    spool: join(data, 'spool'),
    log: join(data, 'logs', 'supervisor.log'),
    bin: join(data, 'bin', version),
    user: join(env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state'), 'orch-user'),
  }
}

function socketPath(data: string, env: NodeJS.ProcessEnv): string {
  const beside = join(data, 'orch.sock')
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_PATH) return beside
  const name = `${createHash('sha256').update(data).digest('hex').slice(0, 16)}.sock`
  const runtime = env['XDG_RUNTIME_DIR']
  const short = runtime ? join(runtime, 'orch', name) : join(tmpdir(), `orch-${process.getuid?.() ?? 0}`, name)
  return Buffer.byteLength(short) <= LONGEST_SOCKET_PATH ? short : join('/tmp', `orch-${process.getuid?.() ?? 0}`, name)
}
