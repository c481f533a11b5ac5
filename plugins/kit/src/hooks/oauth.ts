/** What the mandatory events of claude-oauth carry. */
import type {PortHolder} from '../vocabulary.js'

/** What the ledger knows of a port: the facts the timing rules are computed from. Times are milliseconds UTC. */
export interface PortHistory {
  readonly port: number
  /** The wall clock when this was read: ages are measured against it, whatever it was set to meanwhile. */
  readonly asOf: number
  /** Last destruction of a window of a bound agent. */
  readonly killedAt: number | null
  /** Last end of a bound agent's process whose pane is kept. */
  readonly exitedAt: number | null
  readonly lease: PortLease | null
}

/** The exclusive right to start on a port. */
export interface PortLease {
  readonly run: string
  readonly agent: string
  readonly takenAt: number
}

/** The ledger of kills, exits and leases, shared by every supervisor of this OS user. Each call is durable when it returns. @throws ORCH_LEDGER */
export interface OauthLedger {
  history(port: number): Promise<PortHistory>
  /** To be called before the window is destroyed. */
  recordKill(port: number): Promise<void>
  recordExit(port: number): Promise<void>
  /** @returns false when another run holds it */
  takeLease(port: number, lease: {run: string; agent: string}): Promise<boolean>
  /** @returns whether that run had it */
  releaseLease(port: number, run: string): Promise<boolean>
  /** The start leases that supervisors of this state directory took and have not given back. */
  ownLeases(): Promise<readonly (PortLease & {readonly port: number})[]>
  /** Finds out whether kills and starts could be recorded now. */
  requireWritable(): Promise<void>
}

/** A start waits: until `notBefore`, then it asks again. */
export interface Wait {
  /** Milliseconds UTC. */
  readonly notBefore: number
  readonly why: string
  readonly holder: PortHolder | null
  /** The budget for a free port is used up: what is left is a matter of `oauth.onBusy`. */
  readonly overBudget?: boolean
  /** A person let it start without a free port. */
  readonly overridden?: boolean
}

export type GateAnswer = 'clear' | Wait

export interface AwaitPortInput {
  readonly port: number
  readonly reason: 'start' | 'restart'
  readonly project: string
  readonly agent: string
  readonly role: string
  readonly run: string
  /** When the start was asked, or the supervisor restarted: T of the contract, for records. */
  readonly askedAt: number
  /** Milliseconds since T on a monotonic clock, which budgets are measured by. */
  readonly waitedMs: number
  readonly history: PortHistory
  readonly now: number
  /** The project's own section `oauth` of the configuration, validated. */
  readonly settings: Readonly<Record<string, unknown>>
}

export interface AfterWindowKillInput {
  readonly port: number
  readonly agent: string
  readonly window: string
  readonly killedAt: number
  readonly now: number
  /** The project's own section `oauth` of the configuration, validated. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** A server the agent may talk to over MCP. */
export interface McpServer {
  readonly name: string
  readonly source: 'project' | 'user'
  /** The entry as Claude Code's configuration files hold it. */
  readonly config: Readonly<Record<string, unknown>>
}

/** What came of asking a server `initialize` and `tools/list`. */
export interface McpProbe {
  readonly server: string
  /** `needs-sign-in`: a remote server that answered 401; the agent itself may be signed in. `unasked`: only the agent can reach it. */
  readonly outcome: 'answers' | 'unasked' | 'needs-sign-in' | 'failed'
  /** Names of its tools. */
  readonly tools: readonly string[]
  /** What it called itself, or what went wrong. */
  readonly why: string
  /** The end of what it wrote to its standard error; secrets of its entry are left out. */
  readonly output: string
}

export interface McpProbeRequest {
  readonly servers: readonly McpServer[]
  /** Where servers that are programs are started. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Milliseconds until every server must have answered. */
  readonly timeoutMs: number
  /** Receives the name of each server as soon as its result is known. */
  readonly onProbed?: (server: string) => void
  /** Ends the probes. It also tells one start from another: within one, a server with the same entry is asked once. */
  readonly signal: AbortSignal
}

/** Asks servers whether they answer, all at once. */
export interface McpProber {
  /** @throws the signal's reason; a server that fails is a result */
  probe(request: McpProbeRequest): Promise<McpProbe[]>
}

export interface McpInitInput {
  readonly agent: {readonly id: string; readonly role: string; readonly kind: string}
  readonly worktree: string
  /** Folder of this agent in orch's state. */
  readonly directory: string
  readonly repository: string
  /** The person trusts the repository: its servers may be started. */
  readonly trusted: boolean
  readonly env: Readonly<Record<string, string>>
  /** The role's own options for its driver, from the team template. */
  readonly options: Readonly<Record<string, unknown>>
  /** The section `oauth` of the configuration as it counts for this project. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The agent's conversation has begun: it was started before. */
  readonly restart: boolean
  /** What came of the `probe` that the last answer asked for; null when nothing has been probed. */
  readonly probes: readonly McpProbe[] | null
}

/**
 * A step of MCP initialisation: a closed set, decided by claude-oauth, executed by the launch service before the start proper.
 *
 * - `write`: writes a file, private to this user.
 * - `probe`: asks servers; the event is then emitted again with what came of it.
 * - `start`: starts the agent so that it asks for approval of its servers, at least `minMs` before the first key.
 * - `gate`: answers its dialogs, each read before a key, until it can be typed into; `approve` names the servers a person agreed to.
 * - `exit`: has the agent leave by itself.
 * - `kill`: waits for the port after the exit, then destroys the window.
 * - `recreate`: the start proper gets a new window.
 *
 * `start`, `exit` and `kill` are bound by the contract like any other.
 */
export type McpStep =
  | {readonly step: 'write'; readonly path: string; readonly content: string}
  | {readonly step: 'probe'; readonly servers: readonly McpServer[]; readonly cwd: string; readonly timeoutMs: number}
  | {readonly step: 'start'; readonly minMs: number}
  | {readonly step: 'gate'; readonly approve: readonly string[]; readonly keyMs: number; readonly minMs: number; readonly timeoutMs: number}
  | {readonly step: 'exit'; readonly minMs: number}
  | {readonly step: 'kill'}
  | {readonly step: 'recreate'; readonly minMs: number}

export interface McpVerdict {
  readonly server: string
  /** `configured`: the agent has it; orch did not probe it. */
  readonly verdict: 'answers' | 'configured' | 'needs-sign-in' | 'left-out' | 'failed'
  readonly why: string
  /** Names of its tools, where it was asked. */
  readonly tools?: readonly string[]
  /** The agent must not start without it. */
  readonly required?: boolean
  /** The end of its standard error, where it failed. */
  readonly output?: string
}

export interface McpInitAnswer {
  readonly steps: readonly McpStep[]
  readonly verdicts: readonly McpVerdict[]
  /** `found`: the agent finds its servers by itself. Without it they are given to it. */
  readonly servers?: 'given' | 'found'
}
