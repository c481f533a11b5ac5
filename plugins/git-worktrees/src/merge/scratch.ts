import {rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {OrchError} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import {canonical, summary} from '../files/paths.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate} from '../repository/locate.js'
import {requireCommit} from '../repository/refs.js'
import {listWorktrees} from '../worktree/entries.js'
import {type Mark, readReason, toMark, toReason} from '../worktree/mark.js'
import {refuseInside, refuseOccupied} from '../worktree/obstacles.js'
import {mendCommonDirs, sweep} from '../worktree/leftovers.js'
import {takeUp} from '../worktree/take-up.js'
import {changedFiles, type Scratch, WHOLE_TREE} from './changed-files.js'
import type {Repository} from '../repository/repository.js'

/** Files git leaves in the administrative folder when it is killed; nobody but orch works in a scratch worktree, so they are stale. */
const LOCKS = ['index.lock', 'HEAD.lock', 'MERGE_HEAD.lock', 'ORIG_HEAD.lock', 'AUTO_MERGE.lock']

export type Keep = 'ignored' | 'untracked' | 'nothing'

/** A detached worktree at `at`, made or taken up, and emptied. See `Workspace.ensureScratch`. @throws ORCH_REFUSED, ORCH_NOT_FOUND */
export async function ensureScratch(
  git: Git,
  queue: KeyedQueue,
  request: {repository: string; path: string; at: string; keep?: Keep},
): Promise<{made: boolean}> {
  const repository = await locate(git, request.repository)
  const path = await canonical(request.path)
  const sha = await requireCommit(git, repository.root, request.at)
  return queue.run(path, async () => {
    const made = await queue.run(repository.commonDir, () => claim(git, repository, path, sha))
    await resetScratch(git, await requireScratch(repository, path), sha, request.keep)
    return {made}
  })
}

/**
 * Puts a scratch worktree at a commit, whatever an interrupted merge or an acceptance command left in it. Ignored files stay unless told
 * otherwise: they are what a set-up command installed, and a merge writes over them. So do submodules: a set-up command checks them out.
 * @throws ORCH_REFUSED when something else keeps writing into it
 */
export async function resetScratch(git: Git, scratch: Scratch, sha: string, keep: Keep = 'ignored'): Promise<void> {
  const {path, adminDir, env} = scratch
  for (const lock of LOCKS) await rm(join(adminDir, lock), {force: true})
  if ((await checkOut(git, scratch, sha)) !== null || (await changedFiles(git, scratch, sha, 'ignored')).length > 0) {
    // A torn index cannot be read, and one that hides a changed file leaves that as it is; without one git writes every file anew.
    await rm(join(adminDir, 'index'), {force: true})
    const failed = await checkOut(git, scratch, sha)
    if (failed !== null) throw failed
    const changed = await changedFiles(git, scratch, sha, 'ignored')
    if (changed.length > 0) throw restless(path, changed)
  }
  if (keep === 'untracked') return
  const clean = ['clean', '--quiet', keep === 'nothing' ? '-ffdx' : '-ffd']
  await git.text(path, clean, {env, timeoutMs: WORK_TIMEOUT_MS})
}

/** @returns the scratch worktree of a repository at a path. @throws ORCH_REFUSED when it is anything else, which is never reset */
export async function requireScratch({commonDir}: Pick<Repository, 'commonDir'>, path: string): Promise<Scratch> {
  const link = await readGitLink(path)
  const mark = link === null ? null : toMark(await readReason(link.gitDir))
  if (link !== null && link.commonDir === commonDir && mark?.kind === 'scratch' && mark.path === path)
    return {path, adminDir: link.gitDir, env: {GIT_DIR: link.gitDir, GIT_WORK_TREE: path}}
  throw new OrchError('ORCH_REFUSED', {
    what: `Merging in ${path}`,
    why: 'it is not a worktree that orch made for merging',
    remedy: 'Move it away; orch then makes a new one.',
  })
}

/** @returns what git failed with, or null */
async function checkOut(git: Git, {path, env}: Scratch, sha: string): Promise<OrchError | null> {
  // Detaching first: a command may have checked out a branch here, and a hard reset would move that.
  const args = [...WHOLE_TREE, 'checkout', '--quiet', '--force', '--detach', sha]
  const result = await git.run(path, args, {env, timeoutMs: WORK_TIMEOUT_MS})
  return result.exitCode === 0 ? null : gitFailed(path, args, result)
}

function restless(path: string, changed: readonly string[]): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {
    what: `Verifying in ${path}`,
    why: `its tracked files do not stay as they were checked out: ${summary(changed)}. A process writes there, or a filter of git changes them`,
    remedy: 'End that process (`lsof +D` with this path may name it) or fix the filter, then resume the project.',
  })
}

/** @returns whether it had to be made */
async function claim(git: Git, repository: Repository, path: string, sha: string): Promise<boolean> {
  const mark: Mark = {kind: 'scratch', path}
  await mendCommonDirs(repository.commonDir)
  const entries = await listWorktrees(git, repository)
  refuseInside(path, repository, entries)
  const entry = entries.find((known) => known.path === path)
  if (entry && (await takeUp(git, entry, {wanted: mark, head: sha})) !== null) return false
  await sweep(repository.commonDir, [mark])
  await refuseOccupied(path, repository)
  await makeFolder(dirname(path), 0o777)
  const add = ['worktree', 'add', '--quiet', '--lock', '--reason', toReason(mark), '--no-checkout', '--detach', '--', path, sha]
  await git.text(repository.commonDir, add)
  return true
}
