/** When an agent counts as silent; a role may have its own. */
export interface Thresholds {
  /** Seconds without a sign of life after which the screen is looked at. */
  readonly quietSeconds: number
  /** Minutes without a sign of life at work after which it counts as stuck. */
  readonly stuckMinutes: number
  /** Minutes after which a question without an answer, or a submitted message without a receipt, is overdue. */
  readonly answerMinutes: number
}

export interface HealthSettings extends Thresholds {
  /** Seconds between two looks at all agents; the supervisor's own, not a project's. */
  readonly lookSeconds: number
  /** Minutes between two steps of the ladder; doubled with each. */
  readonly ladderMinutes: number
  /** Seconds after which an agent that ended its turn and owes a claim is reminded. */
  readonly nudgeSeconds: number
  /** How often the ladder may start one agent again. */
  readonly ladderRestarts: number
  /** Percent of its context after which orch asks an agent to write its notes. */
  readonly contextWarnPercent: number
  /** Megabytes that must stay free after a start. */
  readonly minFreeMemoryMb: number
  /** Megabytes one agent is reckoned to need; left out, what its kind says of itself. */
  readonly agentMemoryMb?: number
  /** Milliseconds between two starts. */
  readonly startStaggerMs: number
  readonly roles: Readonly<Record<string, Partial<Thresholds>>>
}
