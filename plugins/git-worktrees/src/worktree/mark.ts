import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/**
 * What a worktree entry of orch's is. It is the reason of git's own lock on the entry (`locked`, gitrepository-layout(5)), which also keeps
 * a person's `git worktree prune` and garbage collection away: no file of ours is needed, and `git worktree list -v` shows it.
 */
export type Mark =
  {readonly kind: 'making'; readonly branch: string} | {readonly kind: 'ready'; readonly branch: string} | {readonly kind: 'scratch'}

const MAKING = 'orch: making '
const READY = 'orch: worktree of '
const SCRATCH = 'orch: scratch for merging'

/** The lock's reason for a mark. */
export function toReason(mark: Mark): string {
  if (mark.kind === 'scratch') return SCRATCH
  return (mark.kind === 'making' ? MAKING : READY) + mark.branch
}

/** @returns what a lock's reason marks; null when it is not orch's */
export function toMark(reason: string | null): Mark | null {
  if (reason === SCRATCH) return {kind: 'scratch'}
  if (reason?.startsWith(MAKING)) return {kind: 'making', branch: reason.slice(MAKING.length)}
  if (reason?.startsWith(READY)) return {kind: 'ready', branch: reason.slice(READY.length)}
  return null
}

/** @returns the reason of an entry's lock, null when it is not locked */
export async function readReason(adminDir: string): Promise<string | null> {
  const text = await readFile(join(adminDir, 'locked'), 'utf8').catch(() => null)
  return text?.trim() ?? null
}

/** Locks an entry with a mark, or changes the mark, in one step. */
export async function writeMark(adminDir: string, mark: Mark): Promise<void> {
  const temporary = join(adminDir, 'locked.orch')
  await writeFile(temporary, toReason(mark))
  await rename(temporary, join(adminDir, 'locked'))
}

/** What `git worktree unlock` does. */
export async function clearMark(adminDir: string): Promise<void> {
  await rm(join(adminDir, 'locked'), {force: true})
}
