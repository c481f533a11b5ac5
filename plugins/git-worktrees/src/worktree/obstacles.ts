import {readdir, readlink, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {readGitDir} from '../files/git-link.js'
import {exists, isInside} from '../files/paths.js'
import {dropEntry} from './drop-entry.js'
import type {KnownWorktree} from './entries.js'
import type {Repository} from '../repository/repository.js'

/** A worktree inside another working tree would be a stray folder there, and `git clean` would eat it. @throws ORCH_REFUSED */
export function refuseInside(path: string, repository: Repository, entries: readonly {readonly path: string}[]): void {
  const trees = [repository.commonDir, repository.mainRoot, repository.root, ...entries.map((entry) => entry.path)]
  const holder = trees.find((tree) => tree !== path && isInside(path, tree))
  const itself = path === repository.mainRoot || path === repository.commonDir
  if (holder === undefined && !itself) return
  throw new OrchError('ORCH_REFUSED', {
    what: `A worktree in ${path}`,
    why: holder === undefined ? 'that is the repository itself' : `it would lie inside ${holder}`,
    remedy: 'Choose a folder for worktrees outside the repository.',
  })
}

/** Only an absent or empty folder may become a worktree; what git left of one that was cut off counts as empty. @throws ORCH_REFUSED */
export async function refuseOccupied(path: string, repository: Repository): Promise<void> {
  const names = await readdir(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && (await readlink(path).catch(() => null)) === null) return []
    throw occupied(path, 'it is not a folder')
  })
  if (names.length === 0) return
  if (names.length === 1 && names[0] === '.git' && (await isDangling(path, repository))) return rm(join(path, '.git'))
  throw occupied(path, 'there are files in it that are not of this worktree')
}

/**
 * Mends an entry of orch's that holds the branch although its folder is gone.
 * @throws ORCH_CLASH when a worktree has the branch checked out
 */
export async function freeBranch(entries: readonly KnownWorktree[], want: {branch: string; path: string}): Promise<void> {
  const holders = entries.filter((entry) => entry.branch === `refs/heads/${want.branch}` && entry.path !== want.path)
  for (const holder of holders) {
    const {adminDir, mark, locked} = holder
    const stale = !(await exists(holder.path)) && (locked === null || mark !== null)
    if (adminDir === null || !stale) throw checkedOut(want.branch, holder.path)
    await dropEntry({...holder, adminDir})
  }
}

/** ORCH_CLASH naming the worktree that has the branch. */
export function checkedOut(branch: string, path: string): OrchError<'ORCH_CLASH'> {
  return new OrchError('ORCH_CLASH', {
    what: `The branch ${branch}`,
    why: `it is checked out in ${path}`,
    remedy: `Check out another branch there (git -C ${JSON.stringify(path)} switch --detach), then run again.`,
  })
}

/** ORCH_REFUSED because `path` holds something else. */
export function occupied(path: string, why: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: `A worktree in ${path}`, why, remedy: 'Move it away, or choose another folder.'})
}

async function isDangling(path: string, {commonDir}: Repository): Promise<boolean> {
  const gitDir = await readGitDir(path)
  return gitDir !== null && isInside(gitDir, join(commonDir, 'worktrees')) && !(await exists(gitDir))
}
