import type {PortHolder} from '@orch/plugin-kit'
import type {Observation} from '../port-rules.js'

/** Who waits: what a person may call it by. */
export interface Waiter {
  readonly port: number
  readonly project: string
  readonly agent: string
  readonly role: string
  readonly run: string
}

/** What is remembered of one waiting start between two questions. Times on the Clock's monotonic clock, in milliseconds. */
export interface Waiting extends Waiter {
  readonly observations: readonly Observation[]
  readonly holder: PortHolder | null
  /** Which sockets the holder was found by, and when. */
  readonly holderSeen: {readonly at: number; readonly sockets: string} | null
  /** A person let it start without a free port. */
  readonly overridden: boolean
  readonly why: string
  /** When it may be asked again, as it was answered. */
  readonly notBefore: number
  readonly touchedAt: number
}

/** Observations further apart than this say nothing of the time between: the older ones are dropped. */
const OBSERVATION_MEMORY_MS = 5_000
/** A start that has not asked for so long asks no more. */
const WAITING_MEMORY_MS = 600_000

/** The waiting starts, by port, run and the time they were asked. */
export class WaitMemory {
  readonly #waiting = new Map<string, Waiting>()

  recall(key: string, now: number, waiter: Waiter): Waiting {
    for (const [other, {touchedAt}] of this.#waiting) if (now - touchedAt > WAITING_MEMORY_MS) this.#waiting.delete(other)
    const fresh = {observations: [], holder: null, holderSeen: null, overridden: false, why: '', notBefore: now, touchedAt: now}
    return this.#waiting.get(key) ?? {...fresh, ...waiter}
  }

  keep(key: string, waiting: Waiting): void {
    // What a person said while the question was being answered stands.
    const overridden = waiting.overridden || this.#waiting.get(key)?.overridden === true
    this.#waiting.set(key, {...waiting, overridden})
  }

  /** It waits no more; what was seen stays, for the last look before the spawn. */
  settle(key: string, waiting: Waiting): void {
    this.keep(key, {...waiting, why: ''})
  }

  /** Those that were told to wait, and have asked within so many milliseconds of when they may. */
  waiting(now: number, graceMs: number): Waiting[] {
    return [...this.#waiting.values()].filter(
      ({why, notBefore, touchedAt}) => why !== '' && now <= Math.max(notBefore, touchedAt) + graceMs,
    )
  }

  /** The role of a run that asked for its port, also when it waits no more; null when it never asked here. */
  roleOf(run: string): string | null {
    return [...this.#waiting.values()].find((waiting) => waiting.run === run)?.role ?? null
  }

  /** A person lets a start go on without a free port. */
  override({port, run}: Waiter): void {
    for (const [key, waiting] of this.#waiting)
      if (waiting.port === port && waiting.run === run) this.#waiting.set(key, {...waiting, overridden: true})
  }
}

/** @returns the observations with a new one, without those that are too old */
export function withObservation(observations: readonly Observation[], newest: Observation): Observation[] {
  return [...observations.filter(({at}) => newest.at - at <= OBSERVATION_MEMORY_MS), newest]
}
