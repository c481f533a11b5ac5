import type {Git} from '../git/git.js'
import {parseStatus, type Status} from '../parse/status.js'

/** What is changed and untracked, whatever a person's configuration hides from `git status`. @param env added to the environment */
export async function readStatus(git: Git, worktree: string, env: Readonly<Record<string, string>> = {}): Promise<Status> {
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--ignore-submodules=none', '--no-renames']
  return parseStatus(await git.text(worktree, args, {env}))
}
