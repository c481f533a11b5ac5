/** Capability `workspace`: git repositories, worktrees, branches and merges. */

export type Head =
  | {readonly kind: 'branch'; readonly name: string; readonly sha: string}
  | {readonly kind: 'detached'; readonly sha: string}
  | {readonly kind: 'unborn'; readonly name: string}

export interface RepositoryFacts {
  /** Top level of the working tree asked about, realpath; of a bare repository its own folder. */
  readonly root: string
  /** The git directory shared by all worktrees, realpath: what identifies the repository. */
  readonly commonDir: string
  /** Top level of the main working tree; equal to `root` except in a linked worktree; the git directory when bare. */
  readonly mainRoot: string
  /**
   * How working tree and repository belong together: `own` is the main working tree or a bare repository, `linked` a worktree that the
   * repository has an entry for, `claimed` a tree whose `.git` file alone says so (`git init --separate-git-dir`).
   */
  readonly tie: 'own' | 'linked' | 'claimed'
  readonly head: Head
  /** Paths with uncommitted changes, untracked ones included. */
  readonly dirty: number
  readonly bare: boolean
  readonly shallow: boolean
  readonly submodules: boolean
  readonly identity: {readonly name: string; readonly email: string} | null
  /** Full name of a ref that prevents `refs/heads/orch/…`, else null. */
  readonly blockingRef: string | null
  /** What is under way in the working tree (`a merge`), else null. */
  readonly operation: string | null
  /** Commits made here are signed (`commit.gpgSign`), by a program that may ask for a passphrase. */
  readonly signsCommits: boolean
  /** Settings of the repository's own configuration that name programs; they are off until `permitPrograms`. */
  readonly programs: readonly ProgramSetting[]
}

/** A setting of git that names a program to run. */
export interface ProgramSetting {
  /** As git prints it: `filter.lfs.clean`. */
  readonly key: string
  readonly value: string
}

/**
 * What belongs to the person in a repository, by kind and name; two observations that are equal say that nothing of it changed. What orch keeps
 * there itself (`refs/orch/`, branches below `orch/`, its worktrees) is not in it.
 */
export interface RepositoryObservation {
  /** Values of each key of the repository's own configuration, as a JSON list; a key of another file than `config` has `KEY in FILE`. */
  readonly config: Readonly<Record<string, string>>
  /** Under `HEAD`: the ref that the main working tree has checked out, or a commit. */
  readonly head: Readonly<Record<string, string>>
  /** Commit or object of each ref by full name; of remote branches those that were pushed to from here, as fetches move the others. */
  readonly refs: Readonly<Record<string, string>>
  /** Digests of files by which git is directed: hooks, `info/`, the configuration itself; the entries of the stash under `stash`. */
  readonly files: Readonly<Record<string, string>>
  /** Paths of linked worktrees. */
  readonly worktrees: Readonly<Record<string, string>>
  /** Digests of changed, staged and untracked paths of the main working tree. */
  readonly tree: Readonly<Record<string, string>>
}

export interface WorktreeFacts {
  readonly path: string
  /** null when detached. */
  readonly branch: string | null
  readonly head: string
  /** Changed tracked files, relative. */
  readonly changed: readonly string[]
  readonly untracked: readonly string[]
  /** Commits of HEAD that `base` does not have, newest first. */
  readonly ahead: readonly {readonly sha: string; readonly subject: string}[]
}

/** A file and the id of its content: the same content has the same id. */
export interface FileId {
  /** Relative to the top of the working tree. */
  readonly path: string
  readonly id: string
}

/** How a scratch worktree differs from a commit. */
export interface ScratchFacts {
  /** The commit HEAD is at; null when it is at none. */
  readonly head: string | null
  /** Tracked paths that differ from the commit, in the index or on disk. */
  readonly changed: readonly string[]
  /** Files that are neither tracked nor ignored. */
  readonly untracked: readonly string[]
}

/**
 * Where work can lie outside of a branch's commits, or look like work without being it:
 * `changed`, `untracked`: not committed · `hidden`: changed files that the index is told to overlook · `nested`: a repository in the tree,
 * whose files are not in the commit · `gitlink`: a committed link to a repository that nothing names · `submodule`: a commit of a submodule that
 * no remote has · `operation`: a merge, rebase or the like under way · `ref`: a branch or tag with commits made here that the branch lacks ·
 * `left`: commits made here on a detached HEAD that was left, which no branch has · `stash` · `worktree`: one made beside this one, with work in it · `excluded`: files hidden by an exclude file that changed since the start ·
 * `ignored`: source files hidden by new rules of a `.gitignore` · `pointer`: a Git LFS pointer without its content · `link`: a committed symbolic
 * link that leads out of the tree · `empty`: commits that change nothing.
 */
export const WORK_FINDINGS = [
  'operation',
  'changed',
  'untracked',
  'hidden',
  'nested',
  'gitlink',
  'submodule',
  'worktree',
  'ref',
  'left',
  'stash',
  'excluded',
  'ignored',
  'pointer',
  'link',
  'empty',
] as const

export interface WorkFinding {
  readonly kind: (typeof WORK_FINDINGS)[number]
  /** Paths, relative to the worktree; for `ref` short names, for `left` short shas, for `stash` as `stash@{0}`, for `worktree` absolute paths, for `operation` what it is. */
  readonly items: readonly string[]
}

export interface WorkFacts extends WorktreeFacts {
  /** In the order of WORK_FINDINGS, at most one of each kind. */
  readonly findings: readonly WorkFinding[]
}

export type MergeResult =
  | {readonly outcome: 'merged'; readonly sha: string}
  | {readonly outcome: 'nothing'; readonly sha: string}
  | {readonly outcome: 'conflicted'; readonly files: readonly string[]; readonly output: string}

export interface RescueRef {
  readonly ref: string
  readonly sha: string
}

export interface Workspace {
  /** @throws ORCH_TOOL_MISSING */
  version(): Promise<string>
  /** @throws ORCH_NOT_A_REPOSITORY, ORCH_REPOSITORY (unsafe ownership, damaged, of another tree, configuration that contradicts its files) */
  inspectRepository(path: string): Promise<RepositoryFacts>
  /** Reads only. @throws ORCH_REPOSITORY, ORCH_GIT when git cannot read it */
  observeRepository(path: string): Promise<RepositoryObservation>
  /** A text that changes when the repository may have changed otherwise than by edits in its working tree; without a process. */
  repositoryStamp(commonDir: string): Promise<string>
  /** Gives a key of the repository's `config` these values and no other. */
  restoreSetting(request: {commonDir: string; key: string; values: readonly string[]}): Promise<void>
  /**
   * Programs of a repository's own configuration that its git commands may run from now on; anything else that the configuration says, then or
   * later, has no effect. Until it is called none are, and nothing is fetched. The person's own configuration always counts.
   * @param commonDir as in RepositoryFacts
   * @param programs null takes the permission back
   */
  permitPrograms(commonDir: string, programs: readonly ProgramSetting[] | null): void
  /**
   * A repository in a folder that is missing or empty, with a first commit of these files (content by name, at its top).
   * @returns its top level
   * @throws ORCH_REFUSED when the folder holds anything
   */
  createRepository(request: {path: string; files: Readonly<Record<string, string>>; message: string}): Promise<string>
  /** The first commit of an unborn repository: what is in the folder is left alone, the commit is empty. @returns its sha */
  commitInitial(root: string, message: string): Promise<string>
  /** Makes `branch` at `at` unless it exists. @returns the sha it points to */
  ensureBranch(request: {repository: string; branch: string; at: string}): Promise<string>
  /**
   * A worktree for `branch` at `path`: makes both, or takes up what a run before left there. Stale and locked entries of ours are mended.
   * Copies `copy` patterns and `.worktreeinclude` of ignored files from the main working tree. Writes nothing else into it.
   * What is asked for at the same time costs one look at the repository.
   * @returns its path without symbolic links
   * @throws ORCH_REFUSED when `path` holds something that is not this worktree
   */
  ensureWorktree(request: {
    repository: string
    path: string
    branch: string
    base: string
    copy: readonly string[]
    runHooks: boolean
  }): Promise<{path: string}>
  inspectWorktree(request: {path: string; base: string}): Promise<WorktreeFacts>
  /**
   * Looks for work of an agent wherever git can hide it; nothing is written.
   * @param request.branch the branch that is to hold the work
   * @param request.since milliseconds UTC at which the work began
   */
  inspectWork(request: {path: string; branch: string; base: string; since: number}): Promise<WorkFacts>
  /**
   * A detached worktree at `at` for merging, whatever an interrupted merge or a command left in it. What git tracks is always as in `at`.
   * @param request.keep which other files stay: those git ignores (the default), untracked ones too, or none
   * @returns whether it had to be made: what was installed in an earlier one is gone then
   * @throws ORCH_REFUSED when `path` is anything else, or when something keeps writing into it
   */
  ensureScratch(request: {
    repository: string
    path: string
    at: string
    keep?: 'ignored' | 'untracked' | 'nothing'
  }): Promise<{readonly made: boolean}>
  /**
   * Removes what is at `path` with everything in it, and the entry of a scratch worktree there, however damaged both are. Nothing is done when
   * neither exists. @throws ORCH_REFUSED when `path` holds the repository or an agent's worktree
   */
  discardScratch(request: {repository: string; path: string}): Promise<void>
  /** Compares a scratch worktree with a commit, file by file: nothing that git or anybody remembers of them is trusted. */
  inspectScratch(request: {repository: string; path: string; at: string}): Promise<ScratchFacts>
  /** Merges a commit onto another in the scratch worktree, wherever that is; a conflict is aborted and reported. */
  merge(request: {repository: string; scratch: string; onto: string; commit: string; message: string}): Promise<MergeResult>
  /** Copies `copy` patterns and `.worktreeinclude` of ignored files from the main working tree, never over a file that is there. */
  copyIgnored(request: {repository: string; path: string; copy: readonly string[]}): Promise<void>
  /** The files `copyIgnored` copies. */
  listIgnored(request: {repository: string; copy: readonly string[]}): Promise<readonly FileId[]>
  /** The files of a commit; a submodule is listed by the commit it is pinned to, with a slash behind its path. */
  listFiles(request: {repository: string; commit: string}): Promise<readonly FileId[]>
  /** Moves a branch, only if it still is at `from`. @throws ORCH_CLASH when it is not */
  advance(request: {repository: string; branch: string; from: string; to: string}): Promise<void>
  /** Moves the branch a person has checked out, by fast-forward, only when its tree is clean. @throws ORCH_REFUSED with the reason */
  fastForwardParent(request: {repository: string; branch: string; to: string}): Promise<void>
  /** @returns the sha, or null when there is no such ref */
  resolve(repository: string, ref: string): Promise<string | null>
  isAncestor(repository: string, ancestor: string, descendant: string): Promise<boolean>
  /** Counts the commits of `head` that `base` does not have. @throws ORCH_NOT_FOUND when either names no commit */
  countAhead(request: {repository: string; base: string; head: string}): Promise<number>
  /** Keeps the state of a worktree, uncommitted and untracked files and commits on a detached HEAD that was left included, under refs/orch/rescue/…; the worktree is not changed. @returns null when `base` has it all */
  rescue(request: {path: string; base: string; project: string; role: string; at: number}): Promise<RescueRef | null>
  /**
   * Removes a worktree and its entry, only with proof: clean including untracked, all commits in `mergedInto`.
   * @param request.byAnyone also one that orch did not make, as an agent may in orch's own folder; false without it
   * @throws ORCH_REFUSED with what would be lost
   */
  removeWorktree(request: {repository: string; path: string; mergedInto: string; byAnyone?: boolean}): Promise<void>
  /** Unified diff between two commits, or a stat of it. */
  diff(request: {repository: string; from: string; to: string; stat?: boolean}): Promise<string>
}
