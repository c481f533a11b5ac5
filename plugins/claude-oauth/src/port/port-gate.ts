import {
  messageOf,
  type AfterWindowKillInput,
  type AwaitPortInput,
  type Clock,
  type GateAnswer,
  type Logger,
  type PortHolder,
} from '@orch/plugin-kit'
import {floorEnd, judgeStart} from '../port-rules.js'
import type {OauthSettings} from '../settings.js'
import type {FileLedger} from '../ledger/file-ledger.js'
import type {HolderFinder} from './holder.js'
import type {Listener, PortObserver} from './listeners.js'
import {WaitMemory, withObservation, type Waiting} from './wait-memory.js'

export interface PortGateOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly ledger: Pick<FileLedger, 'history' | 'holderAlive'>
  readonly observer: PortObserver
  readonly holders: HolderFinder
  readonly settings: () => OauthSettings
}

/** Milliseconds after which an answer goes out without the holder's name: a question must be answered within 2 s. */
const HOLDER_PATIENCE_MS = 1_000

/**
 * Answers when a start on a port may go on. It never sleeps: it looks once, remembers what it saw, and says when to ask again.
 */
export class PortGate {
  readonly #options: PortGateOptions
  readonly #memory = new WaitMemory()

  constructor(options: PortGateOptions) {
    this.#options = options
  }

  /** @returns 'clear' right after the observation that completed the proof, else when to ask again */
  async awaitPort(input: AwaitPortInput): Promise<GateAnswer> {
    const {port, run, agent, history, askedAt} = input
    const {clock} = this.#options
    const heardAt = clock.monotonic()
    const key = `${port} ${run} ${askedAt}`
    const before = this.#memory.recall(key, heardAt, input.now - askedAt)
    const blockedByOther = history.lease !== null && history.lease.run !== run
    // A start without the lease does not look: what it saw could not count.
    const {listeners, problem} = blockedByOther ? {listeners: [], problem: null} : await this.#look(port)
    const lookedAt = clock.monotonic()
    const seen = {at: lookedAt, free: listeners.length === 0 && problem === null}
    const waiting = {...before, observations: blockedByOther ? [] : withObservation(before.observations, seen), touchedAt: lookedAt}
    // Everything is judged on the monotonic clock; `input` came with the wall clock of its moment.
    const toMonotonic = (wall: number | null) => wall && wall - input.now + heardAt
    const answer = judgeStart(
      {
        port,
        run,
        askedAt: waiting.askedAt,
        killedAt: toMonotonic(history.killedAt),
        exitedAt: toMonotonic(history.exitedAt),
        lease: history.lease,
        now: lookedAt,
        observations: waiting.observations,
      },
      this.#options.settings(),
    )
    const named = listeners.length > 0 ? await this.#withHolder(waiting, listeners) : {...waiting, holder: null, holderSeenAt: null}
    this.#memory.keep(key, named)
    if (answer === 'clear') {
      this.#options.logger.debug('oauth port is clear', {port, agent, run})
      return 'clear'
    }
    const why = blockedByOther
      ? await this.#explainLease(port, answer.why)
      : problem
        ? `port ${port} cannot be observed: ${problem}`
        : answer.why
    return {
      notBefore: Math.ceil(answer.notBefore - heardAt) + input.now,
      why,
      holder: named.holder,
      ...(answer.overBudget ? {overBudget: true} : {}),
    }
  }

  /**
   * The floor after a kill. The ledger's time is the one that holds when the wall clock was set; the event's own counts when the ledger has
   * none, or an older one.
   */
  async afterWindowKill({port, killedAt, now}: AfterWindowKillInput): Promise<GateAnswer> {
    const recorded = (await this.#options.ledger.history(port)).killedAt
    const kill = recorded === null ? killedAt : killedAt <= now ? Math.max(recorded, killedAt) : recorded
    const settings = this.#options.settings()
    const notBefore = floorEnd(kill, settings)
    if (now >= notBefore) return 'clear'
    return {notBefore, why: `a window was killed on port ${port}; the next start waits ${settings.killFloorMs / 1000} s`, holder: null}
  }

  /** A port nobody can look at counts as taken: it costs the budget, not the contract. */
  async #look(port: number): Promise<{listeners: readonly Listener[]; problem: string | null}> {
    try {
      return {listeners: await this.#options.observer.listeners(port), problem: null}
    } catch (error) {
      return {listeners: [], problem: messageOf(error)}
    }
  }

  async #withHolder(waiting: Waiting, listeners: readonly Listener[]): Promise<Waiting> {
    const {clock, settings} = this.#options
    const now = clock.monotonic()
    if (waiting.holderSeenAt !== null && now - waiting.holderSeenAt < settings().holderProbeMs) return waiting
    const holder = await this.#findHolder(listeners)
    return holder ? {...waiting, holder, holderSeenAt: now} : waiting
  }

  async #findHolder(listeners: readonly Listener[]): Promise<PortHolder | null> {
    const enough = new AbortController()
    try {
      return await Promise.race([
        this.#options.holders.find(listeners),
        this.#options.clock.sleep(HOLDER_PATIENCE_MS, enough.signal).then(
          () => null,
          () => null,
        ),
      ])
    } catch (error) {
      this.#options.logger.warn('cannot tell who holds the oauth port', {why: messageOf(error)})
      return null
    } finally {
      enough.abort()
    }
  }

  async #explainLease(port: number, why: string): Promise<string> {
    const alive = await this.#options.ledger.holderAlive(port)
    return alive === false ? `${why}; its supervisor has ended and must be started again to go on with it or release it` : why
  }
}
