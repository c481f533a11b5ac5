import {setTimeout as sleep} from 'node:timers/promises'
import {hasCode} from '@orch/plugin-kit'

/** How often a plan is asked for while supervisors die over it. */
const ATTEMPTS = 20
/** Milliseconds before the second attempt; each further one waits so much longer, up to the most. */
const AGAIN_MS = 200
const AGAIN_AT_MOST_MS = 1_000

/**
 * Asks again while the supervisor dies before it answers. For calls that may be made twice.
 * @throws what the last attempt failed with
 */
export async function whileSupervisorsDie<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (signal?.aborted || !hasCode(error, 'ORCH_SUPERVISOR') || attempt === ATTEMPTS) throw error
      await sleep(Math.min(AGAIN_MS * attempt, AGAIN_AT_MOST_MS))
    }
  }
}
