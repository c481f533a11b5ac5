import {readFile} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {exists, namesIn} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {atLeast} from '../git/version.js'
import {parseWorktreeList, type WorktreeEntry} from '../parse/worktree-list.js'
import type {Repository} from '../repository/locate.js'
import {clearMark, type Mark, readReason, toMark, writeMark} from './mark.js'

export interface KnownWorktree extends WorktreeEntry {
  /** Its folder below `worktrees/` of the repository; null for the main working tree. */
  readonly adminDir: string | null
  /** null when it is not locked by orch. */
  readonly mark: Mark | null
}

/** All worktrees git knows, the main one first. */
export async function listWorktrees(git: Git, repository: Repository): Promise<KnownWorktree[]> {
  // Without -z (before 2.36) a line break in a path cannot be told from the end of the line.
  const separator = atLeast(await git.version(), '2.36') ? '\0' : '\n'
  const args = ['worktree', 'list', '--porcelain', ...(separator === '\0' ? ['-z'] : [])]
  const [output, adminDirs] = await Promise.all([git.text(repository.root, args), readAdminDirs(repository.commonDir)])
  const entries = parseWorktreeList(output, separator)
  return Promise.all(
    entries.map(async (entry, index) => {
      const adminDir = index === 0 ? null : (adminDirs.get(entry.path) ?? null)
      const locked = adminDir === null ? entry.locked : await readReason(adminDir)
      return {...entry, adminDir, locked, mark: toMark(locked)}
    }),
  )
}

/**
 * Takes an entry of orch's, and no other, out of git's list; git itself refuses when there is something in its folder that is not committed.
 * @throws ORCH_GIT; the entry, if there still is one, then is as it was
 */
export async function dropEntry(git: Git, repository: Repository, entry: KnownWorktree): Promise<void> {
  const {adminDir, mark} = entry
  if (adminDir === null || (entry.locked !== null && mark === null))
    throw new OrchError('ORCH_INTERNAL', {what: `${entry.path} is not orch's`})
  await clearMark(adminDir)
  try {
    await git.text(repository.commonDir, ['worktree', 'remove', '--', entry.path])
  } catch (error) {
    if (mark !== null && (await exists(join(adminDir, 'gitdir')))) await writeMark(adminDir, mark)
    throw error
  }
}

/** Administrative folders by the path of their worktree: each names the worktree's `.git` in its file `gitdir`. */
async function readAdminDirs(commonDir: string): Promise<Map<string, string>> {
  const root = join(commonDir, 'worktrees')
  const found = new Map<string, string>()
  for (const name of await namesIn(root)) {
    const adminDir = join(root, name)
    const gitdir = await readFile(join(adminDir, 'gitdir'), 'utf8').catch(() => null)
    // A file that git was killed before writing is empty.
    if (gitdir?.trim()) found.set(dirname(resolve(adminDir, gitdir.trim())), adminDir)
  }
  return found
}
