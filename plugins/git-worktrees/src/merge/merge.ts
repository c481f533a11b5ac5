import type {MergeResult} from '@orch/plugin-kit'
import {canonical} from '../files/paths.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {commitEnvironment} from '../repository/identity.js'
import {isAncestor, requireCommit} from '../repository/refs.js'
import {requireScratch, resetScratch} from './scratch.js'

/** A person's settings for his own merges do not apply to those of orch: no recorded resolutions, no stash, no shortlog, always a commit. */
const SETTINGS = ['-c', 'rerere.enabled=false', '-c', 'merge.autoStash=false']
const OPTIONS = [
  '--no-ff',
  '--no-edit',
  '--commit',
  '--no-squash',
  '--no-log',
  '--no-verify-signatures',
  '--no-stat',
  '--cleanup=whitespace',
]

/**
 * Merges a commit into the scratch worktree, which is reset to its own HEAD before and, when the merge fails, after.
 * Unrelated histories come back as a conflict without files: the branch has to be made anew by whoever made it.
 * See `Workspace.merge`. @throws ORCH_NOT_FOUND, ORCH_REFUSED, ORCH_GIT
 */
export async function merge(git: Git, request: {scratch: string; commit: string; message: string}): Promise<MergeResult> {
  const path = await canonical(request.scratch)
  await requireScratch(path)
  const before = await requireCommit(git, path, 'HEAD')
  const commit = await requireCommit(git, path, request.commit)
  await resetScratch(git, path, before)
  if (await isAncestor(git, path, commit, before)) return {outcome: 'nothing', sha: before}

  const args = [...SETTINGS, 'merge', ...OPTIONS, '-m', request.message, commit]
  try {
    const result = await git.run(path, args, {env: await commitEnvironment(git, path), timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode === 0) return {outcome: 'merged', sha: await requireCommit(git, path, 'HEAD')}
    const output = [result.stdout, result.stderr]
      .map((text) => text.trim())
      .join('\n')
      .trim()
    const files = nulSeparated(await git.text(path, ['diff', '--name-only', '--diff-filter=U', '--no-ext-diff', '-z']))
    if (files.length === 0 && !output.includes('refusing to merge unrelated histories')) throw gitFailed(path, args, result)
    await resetScratch(git, path, before)
    return {outcome: 'conflicted', files: [...new Set(files)], output}
  } catch (error) {
    await resetScratch(git, path, before)
    throw error
  }
}
