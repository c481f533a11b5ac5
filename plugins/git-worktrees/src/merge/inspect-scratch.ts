import type {ScratchFacts} from '@orch/plugin-kit'
import {canonical} from '../files/paths.js'
import {type Git, WORK_TIMEOUT_MS} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {locate} from '../repository/locate.js'
import {requireCommit, resolveCommit} from '../repository/refs.js'
import {changedFiles, type Scratch} from './changed-files.js'
import {requireScratch} from './scratch.js'

/**
 * Compares a scratch worktree with a commit. See `Workspace.inspectScratch`.
 *
 * What it proves: the tracked files hold what the objects of the commit hold, by hashing them anew, and those objects hash to their names. What it
 * cannot prove: that nothing changed a file and put it back between two looks, and that files which git ignores or does not track are those of the
 * set-up and the commands. Processes of the same user can write anywhere at any time; only another user or machine would keep them out.
 */
export async function inspectScratch(git: Git, request: {repository: string; path: string; at: string}): Promise<ScratchFacts> {
  const repository = await locate(git, request.repository)
  const scratch = await requireScratch(repository, await canonical(request.path))
  const {path, env} = scratch
  const at = await requireCommit(git, repository.root, request.at)
  const staged = ['diff-index', '--cached', '--name-only', '--no-renames', '--ignore-submodules=none', '-z', at, '--']
  const changed = new Set([...(await changedFiles(git, scratch, at)), ...(await listed(git, scratch, staged))])
  const untracked = await listed(git, scratch, ['ls-files', '--others', '--exclude-standard', '-z'])
  return {head: await resolveCommit(git, path, 'HEAD', {env}), changed: [...changed].sort(), untracked}
}

async function listed(git: Git, {path, env}: Scratch, args: readonly string[]): Promise<string[]> {
  return nulSeparated(await git.text(path, args, {env, timeoutMs: WORK_TIMEOUT_MS}))
}
