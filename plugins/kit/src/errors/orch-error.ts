import {ERRORS, type ErrorCode, type ErrorDetails} from './registry.js'

/** Two copies of this file are normal in a plugin system, so identity is a brand, never `instanceof`. */
const BRAND = Symbol.for('orch.error')

/** An error of the registry: what happened, what to do, and how the process ends. */
export class OrchError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly remedy: string
  readonly exit: number
  readonly details: ErrorDetails<C>
  /** oclif rethrows an error out of a hook only when it carries an exit code of its own. */
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

/** Any thrown value as an answer; what is not of the registry becomes ORCH_INTERNAL with its message. */
export function toErrorBody(error: unknown): ErrorBody {
  if (isOrchError(error)) {
    return {code: error.code, message: error.message, remedy: error.remedy, exit: error.exit, details: error.details}
  }
  const internal = new OrchError('ORCH_INTERNAL', {what: messageOf(error)}, {cause: error})
  return {code: internal.code, message: internal.message, remedy: internal.remedy, exit: internal.exit, details: internal.details}
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
