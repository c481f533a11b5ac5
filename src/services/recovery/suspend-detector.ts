import type {Clock, Logger} from '@orch/plugin-kit'
import type {Store} from '../../domain/ports/store.js'
import type {SignsOfLife} from '../health/signs-of-life.js'
import type {Recorder} from '../record/recorder.js'

interface TimeGapsOptions {
  readonly store: Store
  readonly recorder: Pick<Recorder, 'note'>
  readonly pulses: Pick<SignsOfLife, 'skip'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Milliseconds between two looks that can only be a machine that slept, or processes that were stopped. */
const GAP_MS = 10_000

/** A machine that slept, or a supervisor that was stopped, saw nothing meanwhile: that is said, and held against nobody. */
export class SuspendDetector {
  readonly #options: TimeGapsOptions
  #before: {readonly wall: number; readonly monotonic: number} | null = null

  constructor(options: TimeGapsOptions) {
    this.#options = options
  }

  /** To be called every few hundred milliseconds. @returns whether time passed without this process, or its clock was set, since the last look */
  tick(): boolean {
    const {store, recorder, pulses, clock, logger} = this.#options
    const now = {wall: clock.now(), monotonic: clock.monotonic()}
    const before = this.#before ?? now
    this.#before = now
    const [wallMs, awakeMs] = [now.wall - before.wall, now.monotonic - before.monotonic]
    if (awakeMs > GAP_MS) pulses.skip(awakeMs)
    if (Math.max(Math.abs(wallMs), awakeMs) <= GAP_MS) return false
    const what = 'the machine slept, or its clock was set'
    logger.warn(`time passed without this process: ${what}`, {wallMs, awakeMs})
    for (const project of store.projects())
      recorder.note(project, {type: 'incident', agent: null, data: {cause: 'gap', step: 'over', what, wallMs, awakeMs}})
    return true
  }
}
