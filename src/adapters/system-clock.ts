import {setTimeout as sleep} from 'node:timers/promises'
import type {Clock} from '@orch/plugin-kit'

/** The time of this machine. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  monotonic(): number {
    return performance.now()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await sleep(Math.max(0, ms), undefined, signal ? {signal} : {})
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }
}
