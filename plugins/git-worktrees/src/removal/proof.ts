import {exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {operationIn} from '../merge/operation.js'
import {isAncestor} from '../repository/refs.js'
import {withSnapshotIndex} from '../rescue/snapshot-index.js'
import {preciousRepositories} from '../work/precious.js'
import {readStatus} from '../worktree/status.js'
import {unpushedSubmodules} from './submodule-proof.js'
import type {Repository} from '../repository/repository.js'

/**
 * What would be lost with a worktree: changed and untracked files, commits not merged, an operation under way, commits of submodules.
 * and of repositories in the tree. Other ignored files are not looked at.
 * @param head commit the worktree is at, null when it has none
 * @param mergedInto sha that has to contain it
 * @returns one phrase for each; empty is the proof that nothing is
 */
export async function whatWouldBeLost(
  git: Git,
  repository: Repository,
  worktree: {path: string; adminDir: string; head: string | null},
  mergedInto: string,
): Promise<string[]> {
  const {path, adminDir, head} = worktree
  const lost: string[] = []
  if (await exists(path)) {
    const {changed, untracked} = await withSnapshotIndex(git, path, adminDir, (index) => readStatus(git, path, {...index}))
    if (changed.length > 0) lost.push(`uncommitted changes in ${changed.join(', ')}`)
    if (untracked.length > 0) lost.push(`untracked ${untracked.join(', ')}`)
    const nested = await preciousRepositories(git, {path, commonDir: repository.commonDir}, [])
    if (nested.length > 0) lost.push(`commits of the repositories in ${nested.join(', ')} that are nowhere else`)
    const operation = await operationIn(adminDir)
    if (operation !== null) lost.push(`${operation} under way`)
  }
  if (head !== null && !(await isAncestor(git, repository.root, head, mergedInto)))
    lost.push(`commits up to ${head.slice(0, 12)} that are not merged`)
  const submodules = await unpushedSubmodules(git, adminDir)
  if (submodules.length > 0) lost.push(`commits of the submodules ${submodules.join(', ')} that no remote has`)
  return lost
}
