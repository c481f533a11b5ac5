import {rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readEntry} from '../files/read-entry.js'

/**
 * What a worktree entry of orch's is, and what is being done to it: the intent is on disk before the deed. It is the reason of git's own lock on
 * the entry (`locked`, gitrepository-layout(5)), which also keeps a person's `git worktree prune` and garbage collection away: no file of
 * ours is needed, and `git worktree list -v` shows it.
 */
export type Mark =
  | {readonly kind: 'making' | 'ready' | 'removing'; readonly branch: string}
  | {readonly kind: 'scratch' | 'removing-scratch'; readonly path: string}

type Kind = Mark['kind']

const PREFIXES: Readonly<Record<Kind, string>> = {
  making: 'orch: making ',
  ready: 'orch: worktree of ',
  removing: 'orch: removing ',
  scratch: 'orch: for merging in ',
  'removing-scratch': 'orch: removing from ',
}

/** Longer prefixes first, as one begins with another. */
const KINDS = (Object.keys(PREFIXES) as Kind[]).sort((a, b) => PREFIXES[b].length - PREFIXES[a].length)

/** The lock's reason for a mark. */
export function toReason(mark: Mark): string {
  return PREFIXES[mark.kind] + ('path' in mark ? mark.path : mark.branch)
}

/** @returns what a lock's reason marks; null when it is not orch's */
export function toMark(reason: string | null): Mark | null {
  const kind = KINDS.find((known) => reason?.startsWith(PREFIXES[known]))
  if (kind === undefined) return null
  const subject = reason!.slice(PREFIXES[kind].length)
  return kind === 'scratch' || kind === 'removing-scratch' ? {kind, path: subject} : {kind, branch: subject}
}

/** @returns whether two marks are of the same worktree at different stages of its life */
export function sameWorktree(one: Mark, other: Mark): boolean {
  if ('path' in one || 'path' in other) return 'path' in one && 'path' in other && one.path === other.path
  return one.branch === other.branch
}

/** @returns whether the worktree is on its way out */
export function isRemoval({kind}: Mark): boolean {
  return kind === 'removing' || kind === 'removing-scratch'
}

/** @returns the reason of an entry's lock, null when it is not locked */
export async function readReason(adminDir: string): Promise<string | null> {
  const text = await readEntry(join(adminDir, 'locked'))
  return text?.replace(/\n+$/, '') ?? null
}

/** Locks an entry with a mark, or changes the mark, in one step. */
export async function writeMark(adminDir: string, mark: Mark): Promise<void> {
  const temporary = join(adminDir, 'locked.orch')
  await rm(temporary, {force: true})
  await writeFile(temporary, toReason(mark), {flag: 'wx'})
  await rename(temporary, join(adminDir, 'locked'))
}
