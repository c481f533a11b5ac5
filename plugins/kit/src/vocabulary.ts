/** The words of orch: one set of names for code, commands, documents and JSON. */

export const PROJECT_STATES = [
  /** Created; not begun. */
  'queued',
  /** The plan is approved; records and files are made. */
  'planning',
  /** Worktrees are made and agents are started. */
  'starting',
  /** Agents work. */
  'running',
  /** The claims are accepted; branches are merged into a candidate and the acceptance commands run. */
  'verifying',
  /** The candidate passed; the integration branch moves to it. */
  'merging',
  /** The result is merged and the agents are stopped. */
  'completed',
  /** A person ran `orch pause`: nothing new is started, verified or merged. */
  'paused',
  /** Every running agent is at a usage limit. */
  'waiting-credits',
  /** No agent runs, and a start waits beyond its budget for the OAuth port. */
  'waiting-port',
  /** A person is needed; `orch status` shows the reason. */
  'blocked',
  /** The deadline passed. */
  'failed',
  /** A person ran `orch stop`. */
  'cancelled',
] as const
export type ProjectState = (typeof PROJECT_STATES)[number]

export const AGENT_STATES = [
  /** Due to be started, for the first time or again. */
  'planned',
  /** The OAuth timing contract holds the start back. */
  'waiting-port',
  /** Its process runs and has not reported ready. */
  'starting',
  /** Started; it has not begun a turn. */
  'ready',
  /** In a turn. */
  'working',
  /** Its turn has ended. */
  'idle',
  /** A dialog on its screen waits for a person. */
  'needs-input',
  /** At a usage limit, or refused by the provider. */
  'limited',
  /** In a turn without a sign of life for `health.stuckMinutes`. */
  'stuck',
  /** Silent, and its screen shows nothing that orch knows. */
  'unknown',
  /** Crashed again and again; only `orch resume` starts it. */
  'quarantined',
  /** Its process ended; the pane is kept. */
  'exited',
  /** orch ended it. */
  'stopped',
  /** Its pane is gone. */
  'lost',
] as const
export type AgentState = (typeof AGENT_STATES)[number]

export const MESSAGE_STATES = [
  /** On disk; it cannot be lost. */
  'accepted',
  /** Recorded before it is pasted into the composer. */
  'offered',
  /** The agent's hook reported its id. */
  'submitted',
  /** The agent's transcript holds its id. */
  'acknowledged',
  /** Its time (`--expires`) or its project ended before it was read. */
  'expired',
  /** Five runs ended without a receipt, or none came within ten minutes. */
  'dead',
] as const
export type MessageState = (typeof MESSAGE_STATES)[number]

/** Why an accepted message is not offered yet. */
export type HeldBy = 'person' | 'draft' | 'dialog' | 'limit' | 'dead' | 'mode'

export const MERGE_STATES = [
  /** Waits for a verification. */
  'pending',
  /** Part of the candidate under verification. */
  'checking',
  /** In the result. */
  'merged',
  /** Conflicts with the candidate; its agent merges. */
  'conflicted',
  /** Made an acceptance command fail; its agent mends. */
  'rejected',
] as const
export type MergeState = (typeof MERGE_STATES)[number]

/** Who did something. */
export type Actor =
  | {readonly kind: 'person'}
  | {readonly kind: 'orch'}
  | {readonly kind: 'plugin'; readonly plugin: string}
  | {readonly kind: 'agent'; readonly project: string; readonly agent: string; readonly role: string}

/** Where a state was seen, or who brought it about. */
export type EvidenceSource = 'hook' | 'transcript' | 'process' | 'screen' | Actor['kind']

/** What a state rests on; its age is `now - at`. */
export interface Evidence {
  readonly source: EvidenceSource
  readonly what: string
  /** Integer milliseconds UTC. */
  readonly at: number
  /** Who brought it about; missing for what was only seen. */
  readonly by?: Actor
}

/**
 * Environment variable of commands that change files and may outlive a supervisor that is killed, e.g. of git; its value is the state directory. The next
 * supervisor waits for their end.
 */
export const COMMAND_MARK = 'ORCH_COMMAND_OF'

/** What a role must deliver before its project can be verified. */
export type Owes = 'commits' | 'report' | 'nothing'

/** A process, told apart from a later one with the same pid by its start time. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks since boot on Linux, an opaque string elsewhere. */
  readonly startedAt: string
}

/** Who listens on a port, as far as this user may see. */
export interface PortHolder {
  readonly pid: number | null
  readonly command: string | null
  readonly cwd: string | null
  /** The run of orch it was started from, when it is not that run's own agent: a dev server, say. Waiting does not release such a port. */
  readonly run?: string | null
}
