import {rm} from 'node:fs/promises'
import {OrchError} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import {canonical, exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate} from '../repository/locate.js'
import {OWN_BRANCHES, requireCommit} from '../repository/refs.js'
import {dropEntry, type KnownWorktree, listWorktrees} from '../worktree/entries.js'
import {whatWouldBeLost} from './proof.js'

/**
 * Removes a worktree of orch's and its entry, its branch not. Nothing is done when both are gone already.
 * See `Workspace.removeWorktree`. @throws ORCH_REFUSED, ORCH_NOT_FOUND
 */
export async function removeWorktree(
  git: Git,
  queue: KeyedQueue,
  request: {repository: string; path: string; mergedInto: string},
): Promise<void> {
  const repository = await locate(git, request.repository)
  const path = await canonical(request.path)
  const mergedInto = await requireCommit(git, repository.root, request.mergedInto)
  await queue.run(path, async () => {
    const entry = (await listWorktrees(git, repository)).find((known) => known.path === path)
    if (entry === undefined && !(await exists(path))) return
    const adminDir = requireOwn(path, entry)
    await requireLink(path, adminDir)
    const lost = await whatWouldBeLost(git, repository, {...entry!, adminDir}, mergedInto)
    if (lost.length > 0) throw refused(path, `it would lose ${lost.join('; ')}`, 'Commit and merge it, or keep the worktree.')
    await queue.run(repository.commonDir, async () => {
      await removeFolderWithSubmodules(git, path)
      await dropEntry(git, repository, entry!)
    })
  })
}

/** @returns the administrative folder of a worktree that orch made. @throws ORCH_REFUSED */
function requireOwn(path: string, entry: KnownWorktree | undefined): string {
  if (entry === undefined) throw refused(path, 'git does not know it as a worktree of this repository', 'Remove it by hand.')
  if (entry.adminDir === null) throw refused(path, 'it is the main working tree', 'Name a worktree that orch made.')
  if (entry.mark !== null) return entry.adminDir
  if (entry.locked !== null)
    throw refused(path, `somebody locked it: ${entry.locked || 'no reason given'}`, `git worktree unlock ${JSON.stringify(path)}`)
  if (entry.branch?.startsWith(`refs/heads/${OWN_BRANCHES}`)) return entry.adminDir
  throw refused(path, 'orch did not make it', 'Remove it with git worktree remove.')
}

/** Without its link the folder would be looked at as a part of whatever repository lies around it. @throws ORCH_REFUSED */
async function requireLink(path: string, adminDir: string): Promise<void> {
  if (!(await exists(path)) || (await readGitLink(path))?.gitDir === adminDir) return
  throw refused(path, 'its .git does not lead back to its entry', 'Run git worktree repair, or move the folder away.')
}

/**
 * git never removes a worktree with submodules without `--force`, which would skip its checks. The proof is there, and git's list and the link
 * in the folder say that it is ours, so the folder goes first; git then finds nothing to object to.
 */
async function removeFolderWithSubmodules(git: Git, path: string): Promise<void> {
  if (!(await exists(path))) return
  const staged = await git.text(path, ['ls-files', '--stage', '-z'])
  if (/(?:^|\0)160000 /.test(staged)) await rm(path, {recursive: true})
}

function refused(path: string, why: string, remedy: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: `Removing ${path}`, why, remedy})
}
