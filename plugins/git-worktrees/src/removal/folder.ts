import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {messageOf, OrchError} from '@orch/plugin-kit'
import {mendLink, readGitDir} from '../files/git-link.js'
import {exists, hasContent} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {asRemoving} from '../worktree/drop-entry.js'
import type {LinkedWorktree} from '../worktree/entries.js'
import {writeMark} from '../worktree/mark.js'
import {readStatus} from '../worktree/status.js'

/**
 * For a removal that was cut off: what is left of the folder must be what was proven before, so files may be missing, but none may be changed
 * or new. @throws ORCH_REFUSED
 */
export async function requireRemains(git: Git, {path, adminDir}: LinkedWorktree): Promise<void> {
  if (!(await exists(path))) return
  if (!(await hasContent(join(adminDir, 'HEAD'))) || !(await mendLink(path, adminDir))) throw notLinked(path)
  const {changed, untracked} = await readStatus(git, path)
  const left = await Promise.all(changed.map(async (file) => ((await exists(join(path, file))) ? [file] : [])))
  const lost = [...left.flat(), ...untracked]
  if (lost.length > 0) throw refused(path, `it would lose ${lost.join(', ')}`, 'Move these files away, then run again.')
}

/**
 * Removes the folder once nothing would be lost with it; the entry is dropped after. `git worktree remove` would do both, but killed half-way it
 * leaves a tree that looks like one with uncommitted deletions, and it never removes one with submodules without `--force`. So the intent is
 * marked, then the folder goes, then the entry.
 */
export async function removeFolder(entry: LinkedWorktree): Promise<void> {
  await writeMark(entry.adminDir, asRemoving(entry))
  await rm(entry.path, {recursive: true, force: true}).catch((error: unknown) => {
    throw refused(entry.path, `not all of it could be deleted: ${messageOf(error)}`, 'Delete the rest by hand, then run again.')
  })
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
