/** The types of the event log: audit and timeline of a project. */
export const EVENT_TYPES = [
  'project.state',
  'project.child',
  'agent.state',
  'message.state',
  'merge.state',
  'oauth.wait',
  'oauth.start',
  'oauth.exit',
  'oauth.kill',
  'oauth.lease',
  'mcp.init',
  'claim',
  'verdict',
  /** A prompt reached an agent that neither orch nor a person at its window gave. */
  'prompt',
  /** An agent scheduled wake-ups of its own, or removed them. */
  'schedule',
  /** A tool call of an agent was denied without a question to a person. */
  'denial',
  'baseline',
  'checkin',
  'approval',
  'report',
  'deletion',
  'incident',
  /** A plugin needs a person, or no longer. */
  'need',
  /** A plugin has an agent started again. */
  'agent.restart',
  /** Events that the log could not take: how many, between which revisions. */
  'log.gap',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** Something that happened, before it is dated and filed. */
export interface DomainEvent {
  readonly type: EventType
  /** The agent it is about, or null for the project as a whole. */
  readonly agent: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** A line of the event log. */
export interface LoggedEvent extends DomainEvent {
  /** Milliseconds UTC. */
  readonly at: number
  readonly project: string
  /** Revision of the project document whose commit it tells of. */
  readonly revision: number
}

/** Append-only log of a project. */
export interface EventLog {
  /** Rejects when they cannot be written now; they are written later, in order. */
  append(project: string, events: readonly LoggedEvent[]): Promise<void>
  /** Resolves when everything appended so far is written, or could not be. */
  settled(): Promise<void>
  read(project: string): AsyncIterable<LoggedEvent>
  /** What is written behind a place. @param place 0, or the `end` of an event */
  readOn(project: string, place: number): AsyncIterable<PlacedEvent>
}

/** An event, and the place in the log behind it. */
export interface PlacedEvent {
  readonly event: LoggedEvent
  readonly end: number
}
