import {readBoundedText} from '@orch/plugin-kit/files'

/** Bytes of a file that holds a path, a mark or a commit. */
export const SHORT_BYTES = 64 * 1024
/** Bytes of a reflog: a hundred thousand entries take 15 MB. */
export const REFLOG_BYTES = 64 * 1024 * 1024

/** @returns what a file of a git directory holds; null when there is none, or no readable file of that size in its place */
export function readEntry(path: string, maxBytes = SHORT_BYTES): Promise<string | null> {
  return readBoundedText(path, {maxBytes}).catch(() => null)
}
