/** An agent says it is done; a claim is never a result. */
export interface Claim {
  readonly message: string
  readonly evidence: readonly string[]
  /** Made by the caller: a call that is made again claims nothing twice. */
  readonly key?: string
  /** Milliseconds UTC. */
  readonly at: number
  /** `holds`: what this role alone can show was checked; the whole is verified with the merge. */
  readonly verdict: 'pending' | 'holds' | 'rejected'
  /** Why it was rejected. */
  readonly reason: string | null
  /** What a person should look at though the claim holds. */
  readonly remarks?: readonly string[]
  /** It waits for what runs beside the agent's turns. `since`: milliseconds UTC; `told`: the agent knows. */
  readonly held?: {readonly since: number; readonly told: boolean}
  /** The commit of the branch that was looked at; missing until then, and where no commit is owed. */
  readonly head?: string
}
