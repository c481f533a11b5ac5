/** What the mandatory events of claude-oauth carry. */
import type {PortHolder} from '../vocabulary.js'

/** What the ledger knows of a port: the facts the timing rules are computed from. Times are milliseconds UTC. */
export interface PortHistory {
  readonly port: number
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
  releaseLease(port: number, run: string): Promise<void>
}

/** A start waits: until `notBefore`, then it asks again. */
export interface Wait {
  /** Milliseconds UTC. */
  readonly notBefore: number
  readonly why: string
  readonly holder: PortHolder | null
  /** The budget for a free port is used up: what is left is a matter of `oauth.onBusy`. */
  readonly overBudget?: boolean
}

export type GateAnswer = 'clear' | Wait

export interface AwaitPortInput {
  readonly port: number
  readonly reason: 'start' | 'restart'
  readonly agent: string
  readonly run: string
  /** When the start was asked, or the supervisor restarted: T of the contract. */
  readonly askedAt: number
  readonly history: PortHistory
  readonly now: number
}

export interface AfterWindowKillInput {
  readonly port: number
  readonly agent: string
  readonly window: string
  readonly killedAt: number
  readonly now: number
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
