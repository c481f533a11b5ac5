import {join} from 'node:path'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'

/**
 * Copies the branches, tags and HEAD of repositories inside a worktree into refs below `ref` of the worktree's own repository:
 * `<ref>-in/<number>/HEAD`, `…/heads/<branch>`. What is not committed in them is not kept.
 * @throws ORCH_GIT
 */
export async function rescueNested(git: Git, worktree: string, ref: string, folders: readonly string[]): Promise<void> {
  for (const [index, folder] of folders.entries()) {
    const below = `${ref}-in/${index + 1}`
    const specs = ['HEAD', 'refs/heads/*', 'refs/tags/*', 'refs/stash*'].map((from) => `+${from}:${below}/${from.replace(/^refs\//, '')}`)
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', join(worktree, folder), ...specs]
    const result = await git.run(worktree, args, {env: {GIT_ALLOW_PROTOCOL: 'file'}, timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode !== 0) throw gitFailed(worktree, args, result)
    git.logger.info('a repository inside a worktree was kept', {worktree, folder, ref: below})
  }
}
