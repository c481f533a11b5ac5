export interface WorkRequest {
  readonly path: string
  readonly branch: string
  readonly base: string
  /** Milliseconds UTC. */
  readonly since: number
}

/** A worktree whose work is looked for. */
export interface Place extends WorkRequest {
  readonly gitDir: string
  readonly commonDir: string
  readonly head: string
  /** Commits made in this worktree, by its reflog. */
  readonly own: ReadonlySet<string>
}
