import type {AwaitPortInput, Wait} from '@orch/plugin-kit'
import type {DomainEvent} from '../../domain/event.js'

export interface GateRequest {
  readonly port: number
  readonly project: string
  readonly agent: string
  readonly role: string
  readonly run: string
  readonly reason: AwaitPortInput['reason']
  /** T of the contract: milliseconds UTC for records, and on the monotonic clock for durations. */
  readonly asked: {readonly at: number; readonly monotonic: number}
  /** The project's own section `oauth` of the configuration. */
  readonly settings: Readonly<Record<string, unknown>>
  /** A person watches this project at this moment. */
  readonly attended: () => boolean
  /** Told of a wait at its start, when its reason changes, and at each line of progress; null when it is over. */
  readonly onWait: (wait: Wait | null, hold: Hold | null) => void
  /** For the event log. */
  readonly note: (type: DomainEvent['type'], data: DomainEvent['data']) => void
  readonly signal: AbortSignal
}

/** A start held beyond its budget, until the port comes free or a person decides. */
export interface Hold {
  /** Milliseconds UTC. */
  readonly since: number
  /** It has lasted so long that a person is asked for. */
  readonly needsYou: boolean
}
