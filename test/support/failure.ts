import {isOrchError, type ErrorCode, type OrchError} from '@orch/plugin-kit'

/** What a promise, or a function, fails with. @throws when it does not fail */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<Error> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error as Error
  }
  throw new Error('it was expected to fail, and did not')
}

/** The OrchError with this code that something fails with. @throws when it does not fail, or otherwise */
export async function refusal<C extends ErrorCode>(code: C, work: Promise<unknown> | (() => unknown)): Promise<OrchError<C>> {
  const error = await failureOf(work)
  if (isOrchError(error) && error.code === code) return error as OrchError<C>
  throw error
}
