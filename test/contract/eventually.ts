import {setTimeout as sleep} from 'node:timers/promises'

/** Tries an assertion until it holds; after `deadlineMs` milliseconds its last failure stands. */
export async function eventually(assertion: () => unknown, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs
  for (;;) {
    try {
      await assertion()
      return
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(20)
    }
  }
}
