/** What was seen of an agent at the last look: what differs later is progress. */
export interface Seen {
  /** When it was looked at, milliseconds UTC; missing in records of before it was kept. */
  readonly at?: number
  /** When its state was last confirmed by a hook, milliseconds UTC. */
  readonly evidenceAt: number
  /** Bytes of its transcript. */
  readonly transcript: number
  /** When it last sent a message or claimed, milliseconds UTC. */
  readonly saidAt: number
  readonly working: boolean
}

/** A scheduled question to an agent, as data. */
export interface CheckIn {
  readonly id: string
  readonly agent: string
  /** null: once, at `nextAt`. */
  readonly everyMinutes: number | null
  /** Milliseconds UTC; 0 before the team is ready. */
  readonly nextAt: number
  /** The text; null: orch's own question. */
  readonly note: string | null
  /** Who made it: `orch`, `person` or an agent id. Each agent has exactly one of `orch`. */
  readonly by: string
  /** How often in a row it was given and nothing came of it. */
  readonly misses: number
  /** How often it was given. */
  readonly given: number
  readonly seen: Seen | null
}
