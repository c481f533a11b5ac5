import type {Project} from '../../domain/model/project.js'

/**
 * The pool agents are spread over: the person's variable, else the configuration's pool, else its port.
 * @param section `oauth` of the configuration
 */
export function oauthPool(section: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>>): number[] {
  const {port, ports} = section as {port?: number; ports?: number[]}
  const own = Number(env['CLAUDE_OAUTH_PORT'])
  if (Number.isInteger(own) && own > 0 && own < 65_536) return [own]
  return ports && ports.length > 0 ? ports : [port ?? 3000]
}

/**
 * OAuth ports for new agents: each time the number that the fewest have, so that numbers are shared only when agents outnumber the pool.
 * @param projects whose agents have numbers already
 * @param pool at least one
 */
export function spread(projects: readonly Project[], pool: readonly number[], count: number): number[] {
  const taken = new Map(pool.map((port) => [port, 0]))
  for (const {oauthPort} of projects.flatMap(({agents}) => agents))
    if (taken.has(oauthPort)) taken.set(oauthPort, taken.get(oauthPort)! + 1)
  return Array.from({length: count}, () => {
    const port = pool.reduce((least, next) => (taken.get(next)! < taken.get(least)! ? next : least))
    taken.set(port, taken.get(port)! + 1)
    return port
  })
}
