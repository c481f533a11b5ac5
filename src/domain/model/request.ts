export const APPROVAL_STATES = ['pending', 'approved', 'denied', 'answered', 'defaulted', 'withdrawn'] as const

export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** A question somebody else decides. */
export interface Approval {
  readonly id: string
  /** Agent id or `person`. */
  readonly from: string
  /** The role that asks, or `person`. */
  readonly asker: string
  /** Whose answer counts now: agent id or `person`. A person's counts always. */
  readonly approver: string
  readonly question: string
  /** Milliseconds an approver has. */
  readonly timeoutMs: number
  /** Milliseconds UTC; null when it waits for a person, who has all the time. */
  readonly deadline: number | null
  /** What is taken for the answer at the deadline: `approve`, `deny` or words; null: somebody else is asked. */
  readonly fallback: string | null
  readonly state: ApprovalState
  /** Whom it was put to before. */
  readonly escalated: readonly string[]
  /** The words of the answer. */
  readonly answer: string | null
  readonly answeredBy: string | null
  readonly askedAt: number
  readonly answeredAt: number | null
}
