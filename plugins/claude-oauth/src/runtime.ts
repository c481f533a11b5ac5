/**
 * The one piece of module state of this plugin. oclif runs each hook file by itself and hands it no context, so what `register` makes from the
 * host's ports must be left where the other hook files find it. A later registration (a second host in one process, as in tests) replaces it.
 */
import type {PortGate} from './port/port-gate.js'
import type {McpPlanner} from './mcp/mcp-planner.js'

export interface OauthService {
  readonly gate: PortGate
  readonly mcp: McpPlanner
}

let current: OauthService | undefined

export function provideService(service: OauthService): void {
  current = service
}

/** @throws Error when an event comes before `register` */
export function oauthService(): OauthService {
  if (!current) throw new Error('the event came before the plugin was registered')
  return current
}
