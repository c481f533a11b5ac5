/** Version of the wire format between client and supervisor. */
export const PROTOCOL = 1

/** Headers of every request and answer. */
export const HEADERS = {
  protocol: 'x-orch-protocol',
  version: 'x-orch-version',
  /** Digest of the plugins that were loaded. */
  plugins: 'x-orch-plugins',
  /** The server's state directory: a client that reached another's socket finds out. */
  state: 'x-orch-state',
  pid: 'x-orch-pid',
  agent: 'x-orch-agent',
  project: 'x-orch-project',
  token: 'x-orch-token',
  /** `PID NAME` of a caller without a token: its process, and the socket that shows so. */
  process: 'x-orch-process',
} as const

/** HTTP status (426, RFC 9110) of a supervisor that is older than its client, or has other plugins loaded: nothing was done. */
export const RESTART_ME = 426

/** Whether `a` is newer than `b` by the three numbers of semver. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]]
  const index = left.findIndex((part, position) => part !== right[position])
  return index >= 0 && left[index]! > (right[index] ?? 0)
}
