import {dirname, join, resolve} from 'node:path'
import {namesIn} from '../files/paths.js'
import {readEntry} from '../files/read-entry.js'
import type {Git} from '../git/git.js'
import {atLeast} from '../git/version.js'
import {parseWorktreeList, type WorktreeEntry} from '../parse/worktree-list.js'
import {type Mark, readReason, toMark} from './mark.js'
import type {Repository} from '../repository/repository.js'

export interface KnownWorktree extends WorktreeEntry {
  /** Its folder below `worktrees/` of the repository; null for the main working tree. */
  readonly adminDir: string | null
  /** null when it is not locked by orch. */
  readonly mark: Mark | null
}

/** An entry in git's list that is not the main working tree. */
export type LinkedWorktree = KnownWorktree & {readonly adminDir: string}

/** All worktrees git knows, the main one first. */
export async function listWorktrees(git: Git, repository: Repository): Promise<KnownWorktree[]> {
  return lookUp(repository, await listEntries(git, repository), () => true)
}

/** As `listWorktrees`, as git prints them: without a look into the folder of each. */
export async function listEntries(git: Git, repository: Repository): Promise<WorktreeEntry[]> {
  // Without -z (before 2.36) a line break in a path cannot be told from the end of the line.
  const separator = atLeast(await git.version(), '2.36') ? '\0' : '\n'
  const args = ['worktree', 'list', '--porcelain', ...(separator === '\0' ? ['-z'] : [])]
  return parseWorktreeList(await git.text(repository.root, args), separator)
}

/** @param entries all of them @param isWanted of which folder and mark are to be known; when there is none, nothing is read */
export async function lookUp(
  {commonDir}: Repository,
  entries: readonly WorktreeEntry[],
  isWanted: (entry: WorktreeEntry) => boolean,
): Promise<KnownWorktree[]> {
  const wanted = entries.filter(isWanted)
  const isLinked = (entry: WorktreeEntry) => entry !== entries[0]
  const adminDirs = wanted.some(isLinked) ? await readAdminDirs(commonDir) : new Map<string, string>()
  return Promise.all(
    wanted.map(async (entry) => {
      const adminDir = isLinked(entry) ? (adminDirs.get(entry.path) ?? null) : null
      const locked = adminDir === null ? entry.locked : await readReason(adminDir)
      return {...entry, adminDir, locked, mark: toMark(locked)}
    }),
  )
}

/** Administrative folders by the path of their worktree: each names the worktree's `.git` in its file `gitdir`. */
export async function readAdminDirs(commonDir: string): Promise<Map<string, string>> {
  const root = join(commonDir, 'worktrees')
  const found = new Map<string, string>()
  for (const name of await namesIn(root)) {
    const adminDir = join(root, name)
    const gitdir = await readEntry(join(adminDir, 'gitdir'))
    // A file that git was killed before writing is empty.
    if (gitdir?.trim()) found.set(dirname(resolve(adminDir, gitdir.trim())), adminDir)
  }
  return found
}
