import {type MergeResult, OrchError} from '@orch/plugin-kit'
import {canonical} from '../files/paths.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {commitEnvironment} from '../repository/identity.js'
import {locate} from '../repository/locate.js'
import {isAncestor, requireCommit} from '../repository/refs.js'
import {type Scratch, WHOLE_TREE} from './changed-files.js'
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
 * Merges a commit onto another in the scratch worktree, which is reset to that before and, when the merge fails, after. What is merged is told by
 * the commit made: its parents are the two that were named, whatever else moved HEAD meanwhile.
 * Unrelated histories come back as a conflict without files: the branch has to be made anew by its author.
 * See `Workspace.merge`. @throws ORCH_NOT_FOUND, ORCH_REFUSED, ORCH_GIT
 */
export async function merge(
  git: Git,
  request: {repository: string; scratch: string; onto: string; commit: string; message: string},
): Promise<MergeResult> {
  const repository = await locate(git, request.repository)
  const scratch = await requireScratch(repository, await canonical(request.scratch))
  const {path, env} = scratch
  const [onto, commit] = [
    await requireCommit(git, repository.root, request.onto),
    await requireCommit(git, repository.root, request.commit),
  ]
  await resetScratch(git, scratch, onto)
  if (await isAncestor(git, repository.root, commit, onto)) return {outcome: 'nothing', sha: onto}

  const args = [...SETTINGS, ...WHOLE_TREE, 'merge', ...OPTIONS, '-m', request.message, commit]
  try {
    const result = await git.run(path, args, {env: {...(await commitEnvironment(git, path)), ...env}, timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode === 0) return {outcome: 'merged', sha: await mergeOf(git, scratch, [onto, commit])}
    const output = [result.stdout, result.stderr]
      .map((text) => text.trim())
      .join('\n')
      .trim()
    const files = nulSeparated(await git.text(path, ['diff', '--name-only', '--diff-filter=U', '--no-ext-diff', '-z'], {env}))
    if (files.length === 0 && !output.includes('refusing to merge unrelated histories')) throw gitFailed(path, args, result)
    await resetScratch(git, scratch, onto)
    return {outcome: 'conflicted', files: [...new Set(files)], output}
  } catch (error) {
    await resetScratch(git, scratch, onto)
    throw error
  }
}

/** @returns the commit HEAD is at. @throws ORCH_REFUSED unless it is the merge of these two */
async function mergeOf(git: Git, {path, env}: Scratch, parents: readonly [string, string]): Promise<string> {
  const [sha = '', ...found] = (await git.text(path, ['rev-list', '--parents', '--no-walk', 'HEAD'], {env})).split(' ')
  if (found.join(' ') === parents.join(' ')) return sha
  throw new OrchError('ORCH_REFUSED', {
    what: `Merging in ${path}`,
    why: `HEAD is at ${sha.slice(0, 12)}, which is not the merge that was just made: another process works there`,
    remedy: 'End that process, then resume the project.',
  })
}
