import {join} from 'node:path'
import {readEntry, REFLOG_BYTES} from '../files/read-entry.js'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {isAncestor, resolveCommit} from '../repository/refs.js'
import {ownCommits} from './own-commits.js'

/** How git logs that HEAD left a commit that it named by no branch (git 2.34 to 2.47: builtin/checkout.c, `update_refs_for_switched_branches`). */
const LEFT = /^checkout: moving from (?:[0-9a-f]{40}|[0-9a-f]{64}) to /
/** Commits that are looked at: the latest. */
const MOST_TIPS = 100

/**
 * Finds commits that were made in a worktree on a detached HEAD which was then left: no branch and no tag has them, and neither has HEAD, not by
 * their content either. Refs of orch's own do not count.
 * @returns the tips, newest first; none when git keeps no reflog
 */
export async function leftCommits(git: Git, {path, gitDir, head}: {path: string; gitDir: string; head: string}): Promise<string[]> {
  const own = await ownCommits(gitDir)
  const tips = (await leftTips(gitDir)).filter((sha) => own.has(sha))
  const found: string[] = []
  for (const tip of tips.reverse().slice(0, MOST_TIPS)) {
    if ((await resolveCommit(git, path, tip)) === null || (await isKept(git, path, tip))) continue
    if ((await isAncestor(git, path, tip, head)) || (await hasContent(git, path, {head, tip}))) continue
    found.push(tip)
  }
  return independent(git, path, found)
}

async function leftTips(gitDir: string): Promise<string[]> {
  const text = (await readEntry(join(gitDir, 'logs', 'HEAD'), REFLOG_BYTES)) ?? ''
  const tips = text.split('\n').flatMap((line) => {
    const [entry = '', message = ''] = line.split('\t')
    return LEFT.test(message) ? [entry.split(' ')[0]!] : []
  })
  return [...new Set(tips)]
}

/** @returns whether a ref has the commit that is not of orch's own keeping */
async function isKept(git: Git, path: string, tip: string): Promise<boolean> {
  const refs = await git.text(path, ['for-each-ref', '--format=%(refname)', `--contains=${tip}`])
  return refs.split('\n').some((ref) => ref !== '' && !ref.startsWith('refs/orch/'))
}

/** @returns whether the commits were taken over: each as the same change, or every file as it is in the last of them, as by a squash */
async function hasContent(git: Git, path: string, {head, tip}: {head: string; tip: string}): Promise<boolean> {
  const missing = await git.text(path, ['cherry', head, tip])
  if (!/^\+/m.test(missing)) return true
  const base = await git.run(path, ['merge-base', head, tip])
  if (base.exitCode !== 0) return false
  const since = base.stdout.trim()
  const wanted = states(await git.text(path, ['diff-tree', '-r', '-z', '--no-abbrev', '--no-renames', since, tip, '--']))
  const log = ['log', '-z', '--raw', '--no-abbrev', '--no-renames', '-m', '--no-show-signature', '--format=', `${since}..${head}`, '--']
  const taken = new Set(states(await git.text(path, log)))
  return wanted.every((state) => taken.has(state))
}

/** Of raw output (git-diff(1), "Raw output format"): each path with the content it came to have. */
function states(raw: string): string[] {
  const fields = nulSeparated(raw)
  return fields.flatMap((field, index) => (field.startsWith(':') ? [`${field.split(' ')[3]} ${fields[index + 1]}`] : []))
}

/** Those that no other of them has. */
async function independent(git: Git, path: string, tips: readonly string[]): Promise<string[]> {
  if (tips.length < 2) return [...tips]
  const kept = (await git.text(path, ['merge-base', '--independent', ...tips])).split('\n')
  return tips.filter((tip) => kept.includes(tip))
}
