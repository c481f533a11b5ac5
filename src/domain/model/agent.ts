import type {
  ProcessIdentity,
  PortHolder,
  AgentAccount,
  LimitCause,
  Actor,
  McpVerdict,
  Owes,
  AgentState,
  Evidence,
  Grant,
  ChildProjects,
  AgentUsage,
  BesideTask,
} from '@orch/plugin-kit'
import type {Claim} from './claim.js'

/** An agent's costs, in US dollars: a program that is killed counts from zero again when it resumes its conversation. */
export interface CostAccount {
  /** What lives that are over have cost. */
  readonly earlierUsd: number
  /** What the life that counts now has cost, as it last said. */
  readonly currentUsd: number
  /** The run that said so. */
  readonly run: string | null
}

/** One process life of an agent. */
export interface Run {
  readonly id: string
  /** Secret: who has it may speak for the agent. */
  readonly token: string
  readonly process: ProcessIdentity | null
  /** Milliseconds UTC at which its start was recorded, before its process existed. */
  readonly startedAt: number
  /** Its processes when they were last looked at; those that lost their parent since are still known by it. */
  readonly tree?: readonly ProcessIdentity[]
}

/** What an agent waits for, as `orch status` shows it. */
export interface WaitingFor {
  readonly what: 'port' | 'mcp' | 'draft' | 'dialog' | 'limit' | 'login' | 'billing' | 'person' | 'mode' | 'memory'
  /** Milliseconds UTC; null when unknown. */
  readonly until: number | null
  readonly holder: PortHolder | null
  /** The MCP servers that are waited for. */
  readonly servers?: readonly string[]
  /** Since when a start is held beyond its budget, milliseconds UTC, once that is a matter for a person. */
  readonly needsYouSince?: number
  /** Whose login or money is missing. */
  readonly account?: AgentAccount
  /** Why a turn was refused. */
  readonly cause?: LimitCause
  /** It was set aside with its account, with nothing under way. */
  readonly aside?: true
}

/** What orch remembers about an agent's context and its restarts; each field is missing until it is needed. */
export interface AgentContext {
  /** Its conversation lost what it knew: by a compaction or a clear. The re-brief has not been sent yet. */
  readonly lostContext?: 'compact' | 'clear'
  /** It was told that its context is running low, and has not been compacted since. */
  readonly warned?: boolean
  /** It is to be started again: on record before it is stopped. */
  readonly restart?: {readonly why: string; readonly fresh: boolean; readonly by?: Actor}
  /** How often the health watch started it again. */
  readonly healthRestarts?: number
  /** A person asked for a fresh conversation; its notes are the first thing it reads. */
  readonly handedOver?: boolean
  /** How its last start was refused: `exists` when it would not begin its conversation, `missing` when it would not resume it. */
  readonly refused?: 'exists' | 'missing' | 'both'
}

/** What became of an MCP server at the agent's last start. */
export type McpServerState = Pick<McpVerdict, 'server' | 'verdict' | 'why'>

/** Denials of an agent over all its runs. */
export interface Denials {
  readonly count: number
  /** The last one, in words. */
  readonly last: string
  /** When that was, milliseconds UTC. */
  readonly at: number
}

/** One role of one project, across restarts. */
export interface Agent {
  readonly id: string
  readonly role: string
  readonly title: string
  readonly kind: string
  readonly owes: Owes
  /** Roles merged before it. */
  readonly mergeAfter: readonly string[]
  readonly state: AgentState
  readonly evidence: Evidence
  /** When it came into this state, milliseconds UTC; missing in records of before it was kept. */
  readonly since?: number
  readonly branch: string
  readonly worktree: string
  /** Its folder in orch's state. */
  readonly directory: string
  readonly window: string | null
  readonly pane: string | null
  /** Id of its conversation, ours, for life. */
  readonly conversation: string
  /** The conversation has begun: a start is a resume. */
  readonly hasConversation: boolean
  readonly transcript: {readonly path: string; readonly position: number} | null
  readonly run: Run | null
  readonly exitCode: number | null
  readonly restarts: number
  readonly waitingFor: WaitingFor | null
  /** Its block of ports, from..to. */
  readonly portBlock: {readonly from: number; readonly to: number}
  /** Its number on the OAuth port pool, for life. */
  readonly oauthPort: number
  readonly options: Readonly<Record<string, unknown>>
  /** What its role may do beyond its own work; missing: nothing. */
  readonly grants?: readonly Grant[]
  /** How much it may start, with the grant for that. */
  readonly childProjects?: ChildProjects
  readonly claim: Claim | null
  /** How often its claims were rejected. */
  readonly rejections: number
  /** How often its claim came back for what fails on the base already; such a return is no rejection. */
  readonly returns?: number
  readonly context?: AgentContext
  /** Turns in a row that were refused for no reason that has a time. */
  readonly refusals?: number
  /** What it has used, by its own account; missing before it said any of it. */
  readonly usage?: AgentUsage
  /** What its cost is made of; missing before it named one. */
  readonly costs?: CostAccount
  /** What runs beside its turns, by its own account; missing: nothing. */
  readonly beside?: readonly BesideTask[]
  /** Times of its own scheduled wake-ups, in words; missing: none. */
  readonly wakes?: readonly string[]
  /** Tool calls that were denied without a question; missing: none. */
  readonly denials?: Denials
  /** When it was taken out of the team, milliseconds UTC, and by whom; missing while it is on it. */
  readonly left?: {readonly at: number; readonly by: string}
  /** Its MCP servers; missing before its first start. */
  readonly mcp?: readonly McpServerState[]
}
