import {ERRORS, type ErrorCode, type ErrorDetails} from './registry.js'

/** Two copies of this file are normal in a plugin system, so identity is a brand, never `instanceof`. */
const BRAND = Symbol.for('orch.error')

/** An error of the registry: what happened, what to do, and how the process ends. */
export class OrchError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly remedy: string
  readonly exit: number
  readonly details: ErrorDetails<C>
  /** oclif rethrows an error of a hook only when the error has an exit code. */
  readonly oclif: {readonly exit: number}

  constructor(code: C, details: ErrorDetails<C>, options?: {cause?: unknown}) {
    const entry = ERRORS[code] as {exit: number; message: (d: ErrorDetails<C>) => string; remedy: (d: ErrorDetails<C>) => string}
    super(entry.message(details), options)
    this.name = 'OrchError'
    this.code = code
    this.remedy = entry.remedy(details)
    this.exit = entry.exit
    this.oclif = {exit: entry.exit}
    this.details = details
    Object.defineProperty(this, BRAND, {value: true, enumerable: false})
  }
}

/** @returns whether `error` is an OrchError of any copy of the kit. */
export function isOrchError(error: unknown): error is OrchError {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** @returns whether `error` is an OrchError with this code. */
export function hasCode<C extends ErrorCode>(error: unknown, code: C): error is OrchError<C> {
  return isOrchError(error) && error.code === code
}

/** What `--json` and the socket say of a failure. */
export interface ErrorBody {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly exit: number
  readonly details: unknown
}

/**
 * Any thrown value as an answer. A file that cannot be written, or git or tmux that finds no room, is ORCH_STORE_WRITE; anything else that is not of
 * the registry is ORCH_INTERNAL.
 */
export function toErrorBody(error: unknown): ErrorBody {
  const known = isOrchError(error) ? (withoutRoom(error) ?? error) : unknownFailure(error)
  return {code: known.code, message: known.message, remedy: known.remedy, exit: known.exit, details: known.details}
}

/** The failure of a program that orch itself ran, when a full disk is its reason. Other errors may quote anything. */
function withoutRoom(error: OrchError): OrchError | null {
  if (!hasCode(error, 'ORCH_GIT') && !hasCode(error, 'ORCH_TMUX')) return null
  if (!saysNoRoom(error.message)) return null
  const path = hasCode(error, 'ORCH_GIT') ? error.details.cwd : 'A file of tmux'
  return new OrchError('ORCH_STORE_WRITE', {path, why: error.message}, {cause: error})
}

function unknownFailure(error: unknown): OrchError {
  if (isStorageFailure(error)) return storeWriteFailed(error)
  return new OrchError('ORCH_INTERNAL', {what: messageOf(error)}, {cause: error})
}

/** What git, tmux, npm and other programs print when there is no room: strerror(3) of ENOSPC and EDQUOT, and their names. */
const NO_ROOM = /No space left on device|Disk quota exceeded|\b(?:ENOSPC|EDQUOT)\b/

/** @returns whether a program's output says that it found no room to write */
export function saysNoRoom(output: string): boolean {
  return NO_ROOM.test(output)
}

/** errno(3) of a disk that takes nothing more: full, over quota, read-only, broken. */
const STORAGE_ERRNO: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']

/** @returns whether a write failed for a reason that lies with the disk, so that the same write may succeed later */
export function isStorageFailure(error: unknown): boolean {
  if (isOrchError(error)) return error.code === 'ORCH_STORE_WRITE'
  return STORAGE_ERRNO.includes((error as {code?: unknown} | null)?.code)
}

/** A failed write of node:fs as an error of the registry. @param path where the error itself names none */
export function storeWriteFailed(error: unknown, path = 'A file'): OrchError<'ORCH_STORE_WRITE'> {
  const named = (error as {path?: unknown} | null)?.path
  return new OrchError('ORCH_STORE_WRITE', {path: typeof named === 'string' ? named : path, why: messageOf(error)}, {cause: error})
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
