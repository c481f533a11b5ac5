/** What may be wrong with an agent or a project; at most one incident a cause and subject is open. */
export const INCIDENT_CAUSES = [
  'stuck',
  'unknown',
  'no-answer',
  'no-receipt',
  'low-memory',
  'worktree-missing',
  /** An agent ended its turn and owes a claim, and nothing it could wait for is under way. */
  'owes-claim',
  /** An agent did not react to its check-ins. */
  'silent',
  /** No agent of the project is at work, and a claim is owed. */
  'idle-team',
  /** An agent works outside of its worktree. */
  'left-worktree',
  /** A pane in orch's windows that orch did not make. */
  'foreign-pane',
  /** The person's repository is not as it was at the start. */
  'repository-changed',
  /** The record is an older generation: what followed it may be missing. */
  'record-fallback',
  /** A plugin says so; `about` is its name and that of the incident. */
  'plugin',
] as const

export type IncidentCause = (typeof INCIDENT_CAUSES)[number]

/** What is done about it, one after the other; the last is a person. */
export type EscalationStep = 'seen' | 'nudge' | 're-brief' | 'restart' | 'hub' | 'person'

/** Something that is wrong now. It leaves the record when it is over; its story is in the event log. */
export interface Incident {
  readonly cause: IncidentCause
  /** Id of the agent; null: the project. */
  readonly agent: string | null
  /** Id of the message it is about, if any. */
  readonly about: string | null
  readonly what: string
  /** Commands a person runs next; missing: those of the cause. */
  readonly commands?: readonly string[]
  /** Milliseconds UTC. */
  readonly openedAt: number
  readonly step: EscalationStep
  /** When that step was taken, milliseconds UTC. */
  readonly stepAt: number
  /** How many steps were taken; missing in records of before a step could come twice. */
  readonly stepsTaken?: number
}
