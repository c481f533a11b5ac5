import type {RepositoryFacts} from '@orch/plugin-kit'

/** Where a repository is; all paths real. */
export interface Repository {
  /** Top of the working tree asked about; the common folder of a bare repository. */
  readonly root: string
  readonly commonDir: string
  /** Top of the main working tree; the common folder when there is none. */
  readonly mainRoot: string
  /** It has no main working tree, or none that can be found; linked worktrees it may have. */
  readonly bare: boolean
  readonly shallow: boolean
  /** See `RepositoryFacts.tie`. */
  readonly tie: RepositoryFacts['tie']
}
