import {mkdir, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import {canonical} from '../files/paths.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate, type Repository} from '../repository/locate.js'
import {requireCommit} from '../repository/refs.js'
import {listWorktrees} from '../worktree/entries.js'
import {type Mark, readReason, toMark, toReason} from '../worktree/mark.js'
import {refuseInside, refuseOccupied} from '../worktree/obstacles.js'
import {mendCommonDirs, sweep} from '../worktree/leftovers.js'
import {takeUp} from '../worktree/take-up.js'

/** Files git leaves in the administrative folder when it is killed; nobody but orch works in a scratch worktree, so they are stale. */
const LOCKS = ['index.lock', 'HEAD.lock', 'MERGE_HEAD.lock', 'ORIG_HEAD.lock', 'AUTO_MERGE.lock']

/** A detached worktree at `at`, made or taken up, and emptied. See `Workspace.ensureScratch`. @throws ORCH_REFUSED, ORCH_NOT_FOUND */
export async function ensureScratch(git: Git, queue: KeyedQueue, request: {repository: string; path: string; at: string}): Promise<void> {
  const repository = await locate(git, request.repository)
  const path = await canonical(request.path)
  const sha = await requireCommit(git, repository.root, request.at)
  await queue.run(path, async () => {
    await queue.run(repository.commonDir, () => claim(git, repository, path, sha))
    await resetScratch(git, path, sha)
  })
}

/**
 * Puts a scratch worktree at a commit, whatever an interrupted merge or an acceptance command left in it. Ignored files stay: they are what
 * a set-up command installed, and a merge writes over them.
 */
export async function resetScratch(git: Git, path: string, sha: string): Promise<void> {
  const adminDir = await requireScratch(path)
  for (const lock of LOCKS) await rm(join(adminDir, lock), {force: true})
  // Detaching first: a command may have checked out a branch here, and a hard reset would move that.
  const detach = ['checkout', '--quiet', '--force', '--detach', sha]
  const result = await git.run(path, detach, {timeoutMs: WORK_TIMEOUT_MS})
  if (result.exitCode !== 0) {
    // An index torn by a kill cannot be read; without one git writes every file anew.
    await rm(join(adminDir, 'index'), {force: true})
    const again = await git.run(path, detach, {timeoutMs: WORK_TIMEOUT_MS})
    if (again.exitCode !== 0) throw gitFailed(path, detach, again)
  }
  await git.text(path, ['clean', '--quiet', '-ffd'], {timeoutMs: WORK_TIMEOUT_MS})
}

/** @returns the administrative folder of a scratch worktree. @throws ORCH_REFUSED when it is anything else, which is never reset */
export async function requireScratch(path: string): Promise<string> {
  const link = await readGitLink(path)
  const mark = link === null ? null : toMark(await readReason(link.gitDir))
  if (link !== null && mark?.kind === 'scratch') return link.gitDir
  throw new OrchError('ORCH_REFUSED', {
    what: `Merging in ${path}`,
    why: 'it is not a worktree that orch made for merging',
    remedy: 'Move it away; orch then makes a new one.',
  })
}

async function claim(git: Git, repository: Repository, path: string, sha: string): Promise<void> {
  const mark: Mark = {kind: 'scratch', path}
  await mendCommonDirs(repository.commonDir)
  const entries = await listWorktrees(git, repository)
  refuseInside(path, repository, entries)
  const entry = entries.find((known) => known.path === path)
  if (entry && (await takeUp(git, entry, {wanted: mark, head: sha})) !== null) return
  await sweep(repository.commonDir, mark)
  await refuseOccupied(path, repository)
  await mkdir(dirname(path), {recursive: true})
  const add = ['worktree', 'add', '--quiet', '--lock', '--reason', toReason(mark), '--no-checkout', '--detach', '--', path, sha]
  await git.text(repository.commonDir, add)
}
