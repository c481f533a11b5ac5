import type {RepositoryFacts} from '@orch/plugin-kit'

/** What a person trusts: a repository by its git directory, or a working tree that alone says which repository it is of. */
export type TrustEntry = string | {readonly root: string; readonly commonDir: string}

type Tree = Pick<RepositoryFacts, 'root' | 'commonDir' | 'tie'>

/**
 * Trust in a repository covers its main working tree and the worktrees it has entries for. A tree whose `.git` file points there without the
 * repository knowing of it is covered only when it was trusted itself, together with that git directory.
 */
export function isTrusted(entries: readonly TrustEntry[], tree: Tree): boolean {
  return entries.some((entry) => {
    if (typeof entry === 'string') return tree.tie !== 'claimed' && entry === tree.commonDir
    return entry.root === tree.root && entry.commonDir === tree.commonDir
  })
}

/** The entry that trusts a tree. */
export function trustEntryOf({root, commonDir, tie}: Tree): TrustEntry {
  return tie === 'claimed' ? {root, commonDir} : commonDir
}
