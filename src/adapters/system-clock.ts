import type {Clock} from '@orch/plugin-kit'
import {LONGEST_MS} from './timeout-signal.js'

/** The time of this machine. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  monotonic(): number {
    return performance.now()
  }

  /** Not that of `node:timers/promises`, which makes two errors for each sleep that is ended: most timeouts are, and an idle supervisor does little else. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const end = () => {
        clearTimeout(timer)
        reject(signal!.reason as Error)
      }
      const timer = setTimeout(wake, Math.min(Math.max(0, ms), LONGEST_MS))
      if (signal?.aborted) end()
      else signal?.addEventListener('abort', end, {once: true})
    })
  }
}
