/** The words of orch: one set of names for code, commands, documents and JSON. */

export const PROJECT_STATES = [
  'queued',
  'planning',
  'starting',
  'running',
  'verifying',
  'merging',
  'completed',
  'paused',
  'waiting-credits',
  'waiting-port',
  'blocked',
  'failed',
  'cancelled',
] as const
export type ProjectState = (typeof PROJECT_STATES)[number]

export const AGENT_STATES = [
  'planned',
  'waiting-port',
  'starting',
  'ready',
  'working',
  'idle',
  'needs-input',
  'limited',
  'stuck',
  'unknown',
  'quarantined',
  'exited',
  'stopped',
  'lost',
] as const
export type AgentState = (typeof AGENT_STATES)[number]

export const MESSAGE_STATES = ['accepted', 'offered', 'submitted', 'acknowledged', 'expired', 'dead'] as const
export type MessageState = (typeof MESSAGE_STATES)[number]

/** Why an accepted message is not offered yet. */
export type HeldBy = 'person' | 'draft' | 'dialog' | 'limit' | 'dead' | 'mode'

export const MERGE_STATES = ['pending', 'checking', 'merged', 'conflicted', 'rejected'] as const
export type MergeState = (typeof MERGE_STATES)[number]

/** Who did something. */
export type Actor =
  | {readonly kind: 'person'}
  | {readonly kind: 'orch'}
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
