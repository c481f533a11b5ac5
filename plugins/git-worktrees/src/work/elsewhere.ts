import {dirname} from 'node:path'
import type {WorkFinding} from '@orch/plugin-kit'
import {exists, isInside} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {locate} from '../repository/locate.js'
import {isAncestor, resolveCommit} from '../repository/refs.js'
import {listWorktrees} from '../worktree/entries.js'
import {readStatus} from '../worktree/status.js'
import {ownCommits} from './own-commits.js'
import type {Place} from './place.js'

/** Refs that are nobody's branch or tag, or those of orch. */
const NOT_LOOKED_AT = /^refs\/(?:remotes|orch|stash|bisect|notes|replace|worktree)(?:\/|$)/

/** Finds branches and tags at a commit that was made in this worktree and that its branch does not have. */
export async function otherRefs(git: Git, {path, branch, head, own}: Place): Promise<WorkFinding[]> {
  if (own.size === 0) return []
  // Branches of the team share the first parts of their names; each is judged with its own agent.
  const team = `refs/heads/${dirname(branch)}/`
  const lines = (await git.text(path, ['for-each-ref', '--format=%(refname)%09%(objectname)%09%(*objectname)'])).split('\n')
  const items: string[] = []
  for (const line of lines) {
    const [ref = '', object = '', peeled = ''] = line.split('\t')
    const sha = peeled || object
    if (!own.has(sha) || ref.startsWith(team) || NOT_LOOKED_AT.test(ref)) continue
    if (!(await isAncestor(git, path, sha, head)) && !(await onBranch(git, path, branch, sha)))
      items.push(ref.replace(/^refs\/(?:heads|tags)\//, ''))
  }
  return [{kind: 'ref', items}]
}

async function onBranch(git: Git, path: string, branch: string, sha: string): Promise<boolean> {
  const tip = await resolveCommit(git, path, `refs/heads/${branch}`)
  return tip !== null && (await isAncestor(git, path, sha, tip))
}

/** Finds stashes of this worktree: all worktrees share one list, and git writes the branch into the message. */
export async function stashes(git: Git, {path, branch, own}: Place): Promise<WorkFinding[]> {
  if ((await resolveCommit(git, path, 'refs/stash')) === null) return []
  const log = ['log', '--walk-reflogs', '-z', '--no-show-signature', '--no-color', '--format=%P%x09%gs', 'refs/stash', '--']
  const items = nulSeparated(await git.text(path, log)).flatMap((line, index) => {
    const [parents = '', message = ''] = line.split('\t')
    const [, on] = /^(?:WIP on|On) (.+?): /s.exec(message) ?? []
    const isOwn = on === branch || (on === '(no branch)' && own.has(parents.split(' ')[0] ?? ''))
    return isOwn ? [`stash@{${index}}`] : []
  })
  return [{kind: 'stash', items}]
}

/** Finds worktrees that orch did not make, beside or inside this one or with commits of it, that hold work the branch does not have. */
export async function otherWorktrees(git: Git, {path, head, own}: Place): Promise<WorkFinding[]> {
  const repository = await locate(git, path)
  const items: string[] = []
  for (const entry of await listWorktrees(git, repository)) {
    if (entry.adminDir === null || entry.mark !== null || entry.path === path || !(await exists(entry.path))) continue
    const made = await ownCommits(entry.adminDir)
    const isOwn = isInside(entry.path, path) || isInside(entry.path, dirname(dirname(path))) || [...made].some((sha) => own.has(sha))
    if (!isOwn) continue
    const {changed, untracked, head: tip} = await readStatus(git, entry.path)
    const hasCommits = tip !== null && made.has(tip) && !(await isAncestor(git, path, tip, head))
    if (hasCommits || changed.length + untracked.length > 0) items.push(entry.path)
  }
  return [{kind: 'worktree', items}]
}
