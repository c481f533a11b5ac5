import {createHash} from 'node:crypto'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'

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
 * @param env for HOME, XDG_RUNTIME_DIR and XDG_STATE_HOME (XDG Base Directory Specification 0.8)
 * @throws ORCH_STATE when no path for the socket is short enough
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
  // Never below /tmp: another user could be there first.
  const short = [...(runtime ? [join(runtime, 'orch', name)] : []), join(env['HOME'] || homedir(), '.orch', name)]
  const socket = short.find((path) => Buffer.byteLength(path) <= LONGEST_SOCKET_PATH)
  if (socket !== undefined) return socket
  const why = `the path of a socket in it, in XDG_RUNTIME_DIR or in HOME is longer than ${LONGEST_SOCKET_PATH} bytes`
  throw new OrchError('ORCH_STATE', {path: data, why, remedy: 'Set ORCH_DATA_DIR to a shorter path.'})
}
