import {rm, rmdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {namesIn, removeFolder} from '../files/paths.js'
import type {LinkedWorktree} from './entries.js'
import {type Mark, writeMark} from './mark.js'

/** What git needs to list the entry, and what says that it is going: they go last. */
const LAST = ['gitdir', 'locked']

/**
 * Takes an entry of orch's, and no other, out of git's list when its folder is gone. `git worktree remove` would need the lock taken off
 * first and, killed half-way, leaves a folder in the repository that nobody can tell whose it is; so the same files are deleted here, with the
 * mark on them to the end.
 */
export async function dropEntry(entry: LinkedWorktree): Promise<void> {
  await dropAdminDir(entry.adminDir, asRemoving(entry))
}

/** As `dropEntry`, for an entry that git may be unable to list. @param mark what the entry is while it goes */
export async function dropAdminDir(adminDir: string, mark: Mark): Promise<void> {
  await writeMark(adminDir, mark)
  for (const name of await namesIn(adminDir)) if (!LAST.includes(name)) await rm(join(adminDir, name), {recursive: true, force: true})
  for (const name of LAST) await rm(join(adminDir, name), {force: true})
  await removeFolder(adminDir)
  // git takes the folder of all entries away with the last one; it is not empty as long as there are others.
  await rmdir(dirname(adminDir)).catch(() => undefined)
}

/** The mark of an entry while it goes; that of a commit without a branch names none. */
export function asRemoving({path, mark, locked, branch}: LinkedWorktree): Mark {
  if (mark !== null && 'path' in mark) return {kind: 'removing-scratch', path: mark.path}
  if (mark === null && locked !== null) throw new OrchError('ORCH_INTERNAL', {what: `the worktree ${path} is not orch's`})
  return {kind: 'removing', branch: mark?.branch ?? branch?.replace(/^refs\/heads\//, '') ?? ''}
}
