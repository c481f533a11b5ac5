import type {PortHolder} from '@orch/plugin-kit'
import type {Observation} from '../port-rules.js'

/** What is remembered of one waiting start between two questions. Times on the Clock's monotonic clock, in milliseconds. */
export interface Waiting {
  /** T of the contract, carried over to the monotonic clock when it was first heard of: setting the wall clock then moves no budget. */
  readonly askedAt: number
  readonly observations: readonly Observation[]
  readonly holder: PortHolder | null
  readonly holderSeenAt: number | null
  readonly touchedAt: number
}

/** Observations further apart than this say nothing of the time between: the older ones are dropped. */
const OBSERVATION_MEMORY_MS = 5_000
/** A start that has not asked for so long asks no more. */
const WAITING_MEMORY_MS = 600_000

/** The waiting starts, by port, run and the time they were asked. */
export class WaitMemory {
  readonly #waiting = new Map<string, Waiting>()

  /** @param age milliseconds since T, by the wall clock, when the start is heard of for the first time */
  recall(key: string, now: number, age: number): Waiting {
    for (const [other, {touchedAt}] of this.#waiting) if (now - touchedAt > WAITING_MEMORY_MS) this.#waiting.delete(other)
    return this.#waiting.get(key) ?? {askedAt: now - age, observations: [], holder: null, holderSeenAt: null, touchedAt: now}
  }

  keep(key: string, waiting: Waiting): void {
    this.#waiting.set(key, waiting)
  }
}

/** @returns the observations with a new one, without those that are too old */
export function withObservation(observations: readonly Observation[], newest: Observation): Observation[] {
  return [...observations.filter(({at}) => newest.at - at <= OBSERVATION_MEMORY_MS), newest]
}
