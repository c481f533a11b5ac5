import type {MethodRule} from './authority.js'
import type {AgentDriver, Planner, Teams, TemplateSource, Terminal, Workspace} from './capabilities/index.js'
import type {McpProber, OauthLedger} from './hooks/oauth.js'
import type {JsonSchema} from './ports/schema-validator.js'
import type {Watcher} from './watchers.js'

/** Each capability by name. A plugin adds its own by declaration merging. */
export interface Capabilities {
  terminal: Terminal
  workspace: Workspace
  teams: Teams
  'oauth-ledger': OauthLedger
  'mcp-prober': McpProber
  [agent: `agent:${string}`]: AgentDriver
  [planner: `planner:${string}`]: Planner
}
export type CapabilityName = keyof Capabilities

export interface CheckResult {
  readonly name: string
  /** `note` is worth reading but stops nothing. */
  readonly verdict: 'ok' | 'note' | 'failed'
  readonly what: string
  readonly remedy?: string
}

/** A line, or a few, of `orch doctor`. */
export interface DoctorCheck {
  readonly name: string
  run(): Promise<CheckResult[]>
}

/** Who calls a socket method. */
export interface Caller {
  /** The agent whose token came with the call; null for a person. */
  readonly agent: {readonly project: string; readonly agent: string; readonly role: string} | null
}

/** A socket method that the plugin's own commands call. */
export interface RpcMethod {
  /** Who may call it. Without one: a person, and no agent. */
  readonly authority?: MethodRule
  readonly params: JsonSchema
  readonly result: JsonSchema
  handler(params: never, caller: Caller): Promise<unknown>
}

/** A socket method that answers with a stream of objects, one a line. */
export interface RpcStream {
  /** Who may call it. Without one: a person, and no agent. */
  readonly authority?: MethodRule
  readonly params: JsonSchema
  /** Of each object. */
  readonly result: JsonSchema
  /** @param signal aborted when the client goes away */
  stream(params: never, caller: Caller, signal: AbortSignal): AsyncIterable<unknown>
}

/** What a plugin hands back from `register`. */
export interface Registration {
  /** The API the plugin was written for. */
  readonly apiVersion: number
  readonly capabilities?: {readonly [K in CapabilityName]?: Capabilities[K]}
  readonly templates?: readonly TemplateSource[]
  readonly checks?: readonly DoctorCheck[]
  /** The plugin's own section of the configuration; unknown keys in it are errors, defaults of the schema apply. */
  readonly config?: {readonly section: string; readonly schema: JsonSchema}
  readonly methods?: Readonly<Record<string, RpcMethod | RpcStream>>
  /** Periodic work for each unfinished project; since API 2. */
  readonly watchers?: readonly Watcher[]
}
