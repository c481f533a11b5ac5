/** What the mandatory events of claude-oauth carry. */
import type {PortHolder} from '../vocabulary.js'

/** What the ledger knows of a port: the facts the timing rules are computed from. Times are milliseconds UTC. */
export interface PortHistory {
  readonly port: number
  /** The wall clock when this was read: ages are measured against it, whatever it was set to meanwhile. */
  readonly asOf: number
  /** Last destruction of a window of a bound agent. */
  readonly killedAt: number | null
  /** Last end of a bound agent's process whose pane stands. */
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
  /** A person said to go on without a free port. */
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
  /** Milliseconds since T on a clock nobody can set: what budgets are measured by. */
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

export interface McpInitInput {
  readonly agent: {readonly id: string; readonly role: string; readonly kind: string}
  readonly worktree: string
  /** Folder of this agent in orch's state. */
  readonly directory: string
  readonly repository: string
  /** The person trusts the repository: its servers may be started. */
  readonly trusted: boolean
  readonly env: Readonly<Record<string, string>>
}

/** A step of MCP initialisation: a closed set, decided by claude-oauth, executed by the launch service. */
export interface McpStep {
  readonly step: 'write'
  readonly path: string
  readonly content: string
}

export interface McpVerdict {
  readonly server: string
  readonly verdict: 'configured' | 'left-out' | 'failed'
  readonly why: string
}

export interface McpInitAnswer {
  readonly steps: readonly McpStep[]
  readonly verdicts: readonly McpVerdict[]
}
