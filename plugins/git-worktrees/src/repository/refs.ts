import {OrchError} from '@orch/plugin-kit'
import {type Git, gitFailed, type GitOptions} from '../git/git.js'
import {updateRef} from './update-ref.js'

/** Branches of orch's own live below this; no other is ever created or moved, but the parent by fast-forward. */
export const OWN_BRANCHES = 'orch/'
/** A commit by its whole name, SHA-1 or SHA-256. */
const FULL_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
const MADE = 'orch: branch made'

/** @returns the commit a name stands for (tags are followed), or null */
export async function resolveCommit(git: Git, cwd: string, name: string, options: GitOptions = {}): Promise<string | null> {
  const result = await git.run(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], options)
  return result.exitCode === 0 ? result.stdout.trim() : null
}

/** As `resolveCommit`. @throws ORCH_NOT_FOUND */
export async function requireCommit(git: Git, cwd: string, name: string): Promise<string> {
  const sha = await resolveCommit(git, cwd, name)
  if (sha === null) throw new OrchError('ORCH_NOT_FOUND', {what: 'commit', name})
  return sha
}

/** @returns whether all commits of `ancestor` are in `descendant`; both shas */
export async function isAncestor(git: Git, cwd: string, ancestor: string, descendant: string): Promise<boolean> {
  return git.holds(cwd, ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant])
}

/** @returns how many commits of `head` are not in `base`. @throws ORCH_NOT_FOUND */
export async function countAhead(git: Git, cwd: string, range: {base: string; head: string}): Promise<number> {
  const [base, head] = await Promise.all([requireCommit(git, cwd, range.base), requireCommit(git, cwd, range.head)])
  return Number(await git.text(cwd, ['rev-list', '--count', head, `^${base}`, '--']))
}

/**
 * Makes a branch of orch's unless it exists.
 * @param at where it starts; not looked at when the branch exists
 * @returns the sha it points to
 * @throws ORCH_REFUSED for a branch that is not orch's own, ORCH_NOT_FOUND when there is no `at`
 */
export async function ensureBranch(git: Git, cwd: string, branch: string, at: string): Promise<string> {
  requireOwnBranch(branch)
  const ref = `refs/heads/${branch}`
  // One command instead of three for what it mostly is, a new branch at a commit on record; anything else is looked into.
  const made = FULL_SHA.test(at) && (await updateRef(git, cwd, {ref, to: at, from: '', reason: MADE})).exitCode === 0
  if (made) return at
  const there = await resolveCommit(git, cwd, ref)
  if (there !== null) return there
  const sha = await requireCommit(git, cwd, at)
  const result = await updateRef(git, cwd, {ref, to: sha, from: '', reason: MADE})
  if (result.exitCode === 0) return sha
  const meanwhile = await resolveCommit(git, cwd, ref)
  if (meanwhile === null) throw gitFailed(cwd, ['update-ref', ref, sha], result)
  return meanwhile
}

/**
 * Makes new branches of orch's by one command (git-update-ref(1), one transaction).
 * @returns false when it made none of them, for whatever reason: `ensureBranch` looks into each
 */
export async function makeBranches(git: Git, cwd: string, wanted: readonly {branch: string; at: string}[]): Promise<boolean> {
  // One takes no more commands by itself.
  if (wanted.length < 2 || !wanted.every(({branch, at}) => branch.startsWith(OWN_BRANCHES) && FULL_SHA.test(at))) return false
  const input = wanted.map(({branch, at}) => `create refs/heads/${branch}\0${at}\0`).join('')
  const result = await git.run(cwd, ['update-ref', '-m', MADE, '-z', '--stdin'], {input})
  return result.exitCode === 0
}

/** @throws ORCH_REFUSED */
export function requireOwnBranch(branch: string): void {
  if (branch.startsWith(OWN_BRANCHES)) return
  throw new OrchError('ORCH_REFUSED', {
    what: `Writing the branch ${branch}`,
    why: `orch writes only branches below ${OWN_BRANCHES}`,
    remedy: `Use a name that begins with ${OWN_BRANCHES}.`,
  })
}

/** Moves a ref from one commit to another in one step. @returns false when it was not at `from` any more */
export async function compareAndSwap(git: Git, cwd: string, ref: string, from: string, to: string, reason: string): Promise<boolean> {
  const result = await updateRef(git, cwd, {ref, to, from, reason})
  if (result.exitCode === 0) return true
  if (/but expected|unable to resolve reference|reference is missing/.test(result.stderr)) return false
  throw gitFailed(cwd, ['update-ref', ref, to, from], result)
}
