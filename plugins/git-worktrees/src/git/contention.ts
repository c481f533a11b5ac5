/** Waits between tries, milliseconds: together 12.75 s, longer than git itself holds a lock for a ref or an index. */
export const BACK_OFF_MS: readonly number[] = [50, 100, 200, 400, 1000, 1000, 2000, 2000, 3000, 3000]

/** Messages of git 2.34 to 2.47 when another process holds a lock, or is just now making or removing a worktree entry. */
const CONTENTION: readonly RegExp[] = [
  /unable to create '[^\n]+\.lock': File exists/i,
  /could not lock config file [^\n]+: File exists/i,
  /failed to read [^\n]*worktrees[\\/][^\n]+/i,
]

/** @returns the lock file another process holds, as git names it, or null */
export function lockHeld(stderr: string): string | null {
  return /unable to create '([^\n]+\.lock)': File exists/i.exec(stderr)?.[1] ?? null
}

/** @returns whether the command failed only because another git process was at work, so that it may be tried again */
export function isContention(stderr: string): boolean {
  return CONTENTION.some((pattern) => pattern.test(stderr))
}
