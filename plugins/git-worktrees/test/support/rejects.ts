import {type ErrorCode, hasCode, type OrchError} from '@orch/plugin-kit'

/** The error of the registry that `work` fails with; anything else fails the test. */
export async function rejectsWith<C extends ErrorCode>(code: C, work: Promise<unknown>): Promise<OrchError<C>> {
  const outcome = await work.then(
    (value) => new Error(`expected ${code}; it returned ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (!hasCode(outcome, code)) throw outcome
  return outcome
}
