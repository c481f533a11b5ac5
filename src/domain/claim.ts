/** An agent says it is done; a claim is never a result. */
export interface Claim {
  readonly message: string
  readonly evidence: readonly string[]
  /** Milliseconds UTC. */
  readonly at: number
  /** `holds`: what this role alone can show was checked; the whole is verified with the merge. */
  readonly verdict: 'pending' | 'holds' | 'rejected'
  /** Why it was rejected. */
  readonly reason: string | null
}

/** How often a claim goes back to its agent before the project is blocked (design § 6). */
export const MAX_REJECTIONS = 3
