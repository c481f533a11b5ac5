import {OrchError, type WorktreeFacts} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import {canonical} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {parseCommits} from '../parse/nul.js'
import {requireCommit} from '../repository/refs.js'
import {readStatus} from './status.js'

/** State of a worktree; nothing is written, its index included. @throws ORCH_NOT_FOUND when `path` is no worktree or there is no `base` */
export async function inspectWorktree(git: Git, request: {path: string; base: string}): Promise<WorktreeFacts> {
  const path = await requireWorktree(request.path)
  const status = await readStatus(git, path)
  const base = request.base === status.head ? request.base : await requireCommit(git, path, request.base)
  const {branch, changed, untracked} = status
  if (status.head === null) throw new OrchError('ORCH_NOT_FOUND', {what: 'commit', name: `HEAD of ${path}`})
  const log = ['log', '-z', '--no-show-signature', '--no-color', '--encoding=UTF-8', '--format=%H%x09%s', `${base}..${status.head}`, '--']
  const ahead = base === status.head ? [] : parseCommits(await git.text(path, log))
  return {path, branch, head: status.head, changed, untracked, ahead}
}

/** @returns the canonical path of a folder that is the top of a working tree itself. @throws ORCH_NOT_FOUND */
export async function requireWorktree(path: string): Promise<string> {
  const real = await canonical(path)
  if ((await readGitLink(real)) === null) throw new OrchError('ORCH_NOT_FOUND', {what: 'worktree', name: path})
  return real
}
