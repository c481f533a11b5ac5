/** Something that a crash left behind, with the proof that it is orch's own and nobody's any more. */
export interface Orphan {
  readonly kind: 'lock' | 'process' | 'window' | 'pane' | 'worktree' | 'folder' | 'repository'
  /** Path, pid or pane: with the kind it says which one is meant. */
  readonly id: string
  /** Id of the project it belongs to; null where none is known. */
  readonly project: string | null
  readonly what: string
  readonly proof: string
  /** What `orch doctor --fix` does about it; null: a person has to. */
  readonly fix: string | null
}

/** What became of a leftover. */
export interface Settled {
  readonly kind: Orphan['kind']
  readonly id: string
  readonly done: boolean
  readonly what: string
}

/** One sort of leftover: how it is found, and how it is taken away. */
export interface Cleaner {
  find(): Promise<Orphan[]>
  /** Looks again before it acts: what was found may have been taken up since. */
  clear(leftover: Orphan): Promise<Settled>
}

export function settled({kind, id}: Orphan, done: boolean, what: string): Settled {
  return {kind, id, done, what}
}
