import {ERRORS, OrchError, type ErrorBody, type ErrorCode, type ErrorDetails} from '@orch/plugin-kit'

/** The error a supervisor answered with, as the client's own; one this client does not know, by its code or its details, keeps its words. */
export function remoteError({code, details, message, remedy}: ErrorBody): OrchError {
  try {
    if (code in ERRORS) return new OrchError(code as ErrorCode, details as ErrorDetails<ErrorCode>)
  } catch {
    // The details are another version's, and this one cannot make its text of them.
  }
  return new OrchError('ORCH_VERSION', {why: message, remedy})
}
