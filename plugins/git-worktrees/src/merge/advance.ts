import {OrchError} from '@orch/plugin-kit'
import {exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {locate} from '../repository/locate.js'
import {compareAndSwap, requireCommit, requireOwnBranch} from '../repository/refs.js'
import {listWorktrees} from '../worktree/entries.js'
import {checkedOut} from '../worktree/obstacles.js'

/**
 * Moves a branch of orch's that no worktree has checked out: there, index and files would stay behind and show the move as a change undone.
 * See `Workspace.advance`. @throws ORCH_CLASH, ORCH_REFUSED for a branch that is not orch's, ORCH_NOT_FOUND
 */
export async function advance(git: Git, request: {repository: string; branch: string; from: string; to: string}): Promise<void> {
  const {branch} = request
  requireOwnBranch(branch)
  const repository = await locate(git, request.repository)
  const [from, to] = await Promise.all([requireCommit(git, repository.root, request.from), requireCommit(git, repository.root, request.to)])
  const ref = `refs/heads/${branch}`
  for (const entry of await listWorktrees(git, repository)) {
    if (entry.branch === ref && (await exists(entry.path))) throw checkedOut(branch, entry.path)
  }
  if (await compareAndSwap(git, repository.root, ref, from, to, 'orch: merge')) return
  throw new OrchError('ORCH_CLASH', {
    what: `The branch ${branch}`,
    why: `it is not at ${from.slice(0, 12)} any more`,
    remedy: 'Somebody moved it meanwhile; run again to merge onto what is there now.',
  })
}
