import {setTimeout as sleep} from 'node:timers/promises'
import type {Clock} from '@orch/plugin-kit'

/** Real time: these tests contend with other processes. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => sleep(ms, undefined, signal ? {signal} : {}),
}
