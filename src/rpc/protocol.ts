/** Version of the wire format between client and supervisor. */
export const PROTOCOL = 1

/** Headers of every request and answer. */
export const HEADERS = {
  protocol: 'x-orch-protocol',
  version: 'x-orch-version',
  /** The server's state directory: a client that reached another's socket finds out. */
  state: 'x-orch-state',
  agent: 'x-orch-agent',
  project: 'x-orch-project',
  token: 'x-orch-token',
} as const

/** `1` in every answer's first place: `a` is newer than `b` by semver's numbers. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]]
  const index = left.findIndex((part, position) => part !== right[position])
  return index >= 0 && left[index]! > (right[index] ?? 0)
}
