import {isOrchError, isStorageFailure, messageOf, saysNoRoom} from '@orch/plugin-kit'

/** A step of a project that waits until its disk takes writes again. */
export interface StorageWait {
  readonly project: string
  /** What could not be written, in the words of the writer that failed. */
  readonly why: string
  /** Milliseconds UTC of the first failure in a row. */
  readonly since: number
  /** Failures in a row. */
  readonly attempts: number
  /** Bytes free where the project's files lie; null when that cannot be asked. */
  readonly freeBytes: number | null
}

/** What programs print beside that when the kernel refuses to write: strerror(3) of EROFS and EIO, and words of git. */
const PRINTED =
  /Read-only file system|Input\/output error|unable to write (?:new index )?file|unable to (?:create temporary|write loose object|write sha1)/

/** Milliseconds between two attempts of a step that waits for its disk. */
const DELAYS_MS = [5_000, 10_000, 20_000, 30_000] as const

/** A wait of this length, in milliseconds, is a matter for a person. */
export const STORAGE_NEED_MS = 60_000

/** @returns what could not be written; null when the error is of another kind, so that trying again would not help */
export function storageFailureIn(error: unknown): string | null {
  for (let each = error; each !== undefined && each !== null; each = (each as {cause?: unknown}).cause) {
    if (isStorageFailure(each)) return messageOf(each)
    // A claim or a screen may quote anything; only what orch itself ran counts.
    if (isOrchError(each) && each.code !== 'ORCH_GIT' && each.code !== 'ORCH_TMUX') continue
    if (saysNoRoom(messageOf(each)) || PRINTED.test(messageOf(each))) return messageOf(each)
  }
  return null
}

/** @param attempts failures so far, at least one @returns milliseconds */
export function storageDelayMs(attempts: number): number {
  return DELAYS_MS[Math.min(attempts, DELAYS_MS.length) - 1]!
}

/** One line for `orch status`. */
export function describeStorageWait({freeBytes, why}: StorageWait): string {
  const room = freeBytes === null ? '' : `: ${describeBytes(freeBytes)} free`
  return `waits for disk space${room}. ${why}`
}

function describeBytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes} bytes` : `${Math.floor(bytes / 1024 / 1024)} MB`
}
