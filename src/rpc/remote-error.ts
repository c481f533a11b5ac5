import {ERRORS, OrchError, type ErrorBody, type ErrorCode, type ErrorDetails} from '@orch/plugin-kit'

/** The error a supervisor answered with, as the client's own; a code this client does not know keeps its words. */
export function remoteError(body: ErrorBody): OrchError {
  if (body.code in ERRORS) return new OrchError(body.code as ErrorCode, body.details as ErrorDetails<ErrorCode>)
  return new OrchError('ORCH_VERSION', {why: body.message, remedy: body.remedy})
}
