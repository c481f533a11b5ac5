import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {messageOf, OrchError} from '@orch/plugin-kit'
import {mendLink, readGitDir} from '../files/git-link.js'
import {exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import type {Repository} from '../repository/locate.js'
import {dropEntry, type KnownWorktree} from '../worktree/entries.js'
import {readStatus} from '../worktree/status.js'

/** An entry in git's list that is not the main working tree. */
export type LinkedWorktree = KnownWorktree & {readonly adminDir: string}

/**
 * Goes on with a removal that was cut off: what is left of the folder must be what was proven before, so files may be missing, but none may be
 * changed or new. @throws ORCH_REFUSED
 */
export async function finishRemoval(git: Git, repository: Repository, entry: LinkedWorktree): Promise<void> {
  const {path, adminDir} = entry
  if (await exists(path)) {
    if (!(await mendLink(path, adminDir))) throw notLinked(path)
    const {changed, untracked} = await readStatus(git, path)
    const left = await Promise.all(changed.map(async (file) => ((await exists(join(path, file))) ? [file] : [])))
    const lost = [...left.flat(), ...untracked]
    if (lost.length > 0) throw refused(path, `it would lose ${lost.join(', ')}`, 'Move these files away, then run again.')
  }
  await removeProven(git, repository, entry)
}

/**
 * Removes folder and entry. `git worktree remove` would do both at once, but killed half-way it leaves a tree that looks like one with
 * uncommitted deletions, and it never removes one with submodules without `--force`. So the folder goes first, under the mark; then git
 * drops the entry.
 */
export async function removeProven(git: Git, repository: Repository, entry: LinkedWorktree): Promise<void> {
  await rm(entry.path, {recursive: true, force: true}).catch((error: unknown) => {
    throw refused(entry.path, `not all of it could be deleted: ${messageOf(error)}`, 'Delete the rest by hand, then run again.')
  })
  await dropEntry(git, repository, entry)
}

/** Without its link the folder would be looked at as a part of whatever repository lies around it. @throws ORCH_REFUSED */
export async function requireLink(path: string, adminDir: string): Promise<void> {
  if ((await readGitDir(path)) !== adminDir) throw notLinked(path)
}

function notLinked(path: string): OrchError<'ORCH_REFUSED'> {
  return refused(path, 'its .git does not lead back to its entry', 'Run git worktree repair, or move the folder away.')
}

/** ORCH_REFUSED because something would be lost. */
export function refused(path: string, why: string, remedy: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: `Removing ${path}`, why, remedy})
}
