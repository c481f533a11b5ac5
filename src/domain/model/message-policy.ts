/** How agents of a project may talk to each other. */
export interface MessagePolicy {
  /** Messages that agents together may send to one recipient in a minute. */
  readonly perMinute: number
  /** How many messages may lead to one another before it counts as a loop. */
  readonly maxHops: number
  /** Milliseconds a `low` message waits for others to be given with it. */
  readonly digestMs: number
  /** Role that gets copies of the kinds named; null: messages go where they are sent and nowhere else. */
  readonly hub: {readonly role: string; readonly copies: readonly string[]} | null
}
