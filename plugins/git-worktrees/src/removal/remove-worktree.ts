import {canonical, exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate} from '../repository/locate.js'
import {OWN_BRANCHES, requireCommit} from '../repository/refs.js'
import {dropEntry} from '../worktree/drop-entry.js'
import {type KnownWorktree, type LinkedWorktree, listWorktrees} from '../worktree/entries.js'
import {isRemoval} from '../worktree/mark.js'
import {mendCommonDirs, sweep} from '../worktree/leftovers.js'
import {refused, removeFolder, requireLink, requireRemains} from './folder.js'
import {whatWouldBeLost} from './proof.js'
import type {Repository} from '../repository/repository.js'

/**
 * Removes a worktree of orch's and its entry, its branch not. Nothing is done when both are gone already.
 * See `Workspace.removeWorktree`. @throws ORCH_REFUSED, ORCH_NOT_FOUND
 */
export async function removeWorktree(
  git: Git,
  queue: KeyedQueue,
  request: {repository: string; path: string; mergedInto: string; byAnyone?: boolean},
): Promise<void> {
  const repository = await locate(git, request.repository)
  const path = await canonical(request.path)
  const mergedInto = await requireCommit(git, repository.root, request.mergedInto)
  await queue.run(path, async () => {
    await mendCommonDirs(repository.commonDir)
    await queue.run(repository.commonDir, () => sweep(repository.commonDir))
    const found = (await listWorktrees(git, repository)).find((known) => known.path === path)
    if (found === undefined && !(await exists(path))) return
    const entry = requireRemovable(path, found, request.byAnyone === true)
    if (entry.mark !== null && isRemoval(entry.mark)) await requireRemains(git, entry)
    else await requireProof(git, repository, entry, mergedInto)
    await removeFolder(entry)
    await queue.run(repository.commonDir, () => dropEntry(entry))
  })
}

async function requireProof(git: Git, repository: Repository, entry: LinkedWorktree, mergedInto: string): Promise<void> {
  const {path, adminDir} = entry
  if (await exists(path)) await requireLink(path, adminDir)
  const lost = await whatWouldBeLost(git, repository, entry, mergedInto)
  if (lost.length > 0) throw refused(path, `it would lose ${lost.join('; ')}`, 'Commit and merge it, or keep the worktree.')
}

/** @returns the entry of a worktree that orch, or anyone, made. @throws ORCH_REFUSED */
function requireRemovable(path: string, entry: KnownWorktree | undefined, byAnyone: boolean): LinkedWorktree {
  if (entry === undefined) throw refused(path, 'git does not know it as a worktree of this repository', 'Remove it by hand.')
  const {adminDir, mark, locked, branch} = entry
  if (adminDir === null) throw refused(path, 'it is the main working tree', 'Name a worktree that orch made.')
  if (mark === null && locked !== null) {
    throw refused(path, `somebody locked it: ${locked || 'no reason given'}`, `git worktree unlock ${JSON.stringify(path)}`)
  }
  if (!byAnyone && mark === null && !branch?.startsWith(`refs/heads/${OWN_BRANCHES}`)) {
    throw refused(path, 'orch did not make it', 'Remove it with git worktree remove.')
  }
  return {...entry, adminDir}
}
