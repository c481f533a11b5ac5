import {
  messageOf,
  type AfterWindowKillInput,
  type AwaitPortInput,
  type Clock,
  type GateAnswer,
  type Logger,
  type PortHolder,
  type PortLease,
} from '@orch/plugin-kit'
import {judgeStart} from '../port-rules.js'
import {settingsOf} from '../settings.js'
import type {FileLedger} from '../ledger/file-ledger.js'
import type {HolderFinder} from './holder.js'
import type {Listener, PortObserver} from './listeners.js'
import {WaitMemory, withObservation, type Waiter, type Waiting} from './wait-memory.js'

export interface PortGateOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly ledger: Pick<FileLedger, 'history' | 'holderAlive'>
  readonly observer: PortObserver
  readonly holders: HolderFinder
  /** The rules; {@link judgeStart} but where a test breaks them on purpose. */
  readonly judge?: typeof judgeStart
}

/** Milliseconds after which an answer goes out without the holder's name: a question must be answered within 2 s. */
const HOLDER_PATIENCE_MS = 1_000
/** A start that is so much later than it was told to come waits no more. */
const GRACE_MS = 3_000

/**
 * Answers when a start on a port may go on. It never sleeps: it looks once, remembers what it saw, and says when to ask again.
 */
export class PortGate {
  readonly #options: PortGateOptions
  readonly #judge: typeof judgeStart
  readonly #memory = new WaitMemory()

  constructor(options: PortGateOptions) {
    this.#options = options
    this.#judge = options.judge ?? judgeStart
  }

  /** @returns 'clear' right after the observation that completed the proof, else when to ask again */
  async awaitPort(input: AwaitPortInput): Promise<GateAnswer> {
    const {port, run, agent, history, askedAt, project, role} = input
    const {clock} = this.#options
    const settings = settingsOf(input.settings)
    const heardAt = clock.monotonic()
    const key = `${port} ${run} ${askedAt}`
    const before = this.#memory.recall(key, heardAt, {port, project, agent, role, run})
    const blockedByOther = history.lease !== null && history.lease.run !== run
    // A start without the lease does not look: what it saw could not count.
    const {listeners, problem} = blockedByOther ? {listeners: [], problem: null} : await this.#look(port)
    const lookedAt = clock.monotonic()
    const seen = {at: lookedAt, free: listeners.length === 0 && problem === null}
    const waiting = {...before, observations: blockedByOther ? [] : withObservation(before.observations, seen), touchedAt: lookedAt}
    // Everything is judged on the monotonic clock: what the ledger says as ages, T by how long the start has waited.
    const since = (wall: number | null) => wall && heardAt - Math.max(0, history.asOf - wall)
    const answer = this.#judge(
      {
        port,
        run,
        askedAt: heardAt - input.waitedMs,
        killedAt: since(history.killedAt),
        exitedAt: since(history.exitedAt),
        lease: history.lease,
        now: lookedAt,
        observations: waiting.observations,
      },
      settings,
    )
    if (answer === 'clear') {
      this.#memory.settle(key, {...waiting, holder: null, holderSeen: null})
      this.#options.logger.debug('oauth port is clear', {port, agent, run})
      return 'clear'
    }
    const named =
      listeners.length > 0
        ? await this.#withHolder(waiting, listeners, settings.holderProbeMs)
        : {...waiting, holder: null, holderSeen: null}
    const why = blockedByOther
      ? await this.#explainLease(port, history.lease)
      : problem
        ? `port ${port} cannot be observed: ${problem}`
        : answer.why
    this.#memory.keep(key, {...named, why, notBefore: answer.notBefore})
    // The answer speaks the wall clock of the question, whatever it was set to meanwhile: the asker waits the difference.
    return {
      notBefore: Math.ceil(answer.notBefore - heardAt) + input.now,
      why,
      holder: named.holder,
      ...(overBudgetOf(answer, waiting) ? {overBudget: true} : {}),
      ...(waiting.overridden ? {overridden: true} : {}),
    }
  }

  /**
   * The floor after a kill. The ledger's age of it is the one that holds when the wall clock was set; the event's own counts when the ledger
   * has none, or an older one.
   */
  async afterWindowKill({port, killedAt, now, settings}: AfterWindowKillInput): Promise<GateAnswer> {
    const history = await this.#options.ledger.history(port)
    const recordedAge = history.killedAt === null ? Infinity : history.asOf - history.killedAt
    // A kill in the future is one before the clock was set back: then only the ledger knows.
    const toldAge = killedAt <= now ? now - killedAt : Infinity
    const {killFloorMs} = settingsOf(settings)
    const left = killFloorMs - Math.min(recordedAge, toldAge)
    if (left <= 0) return 'clear'
    return {notBefore: now + left, why: `a window was killed on port ${port}; the next start waits ${killFloorMs / 1000} s`, holder: null}
  }

  /** The starts that wait at this moment. */
  waiting(): Waiting[] {
    return this.#memory.waiting(this.#options.clock.monotonic(), GRACE_MS)
  }

  /** What a person calls a run by that asked for its port here; null for one of another supervisor. */
  roleOf(run: string): string | null {
    return this.#memory.roleOf(run)
  }

  /** A person lets a waiting start go on without a free port; floor and lease it still waits for. */
  override(waiter: Waiter): void {
    this.#memory.override(waiter)
  }

  /** A port nobody can look at counts as taken: it costs the budget, not the contract. */
  async #look(port: number): Promise<{listeners: readonly Listener[]; problem: string | null}> {
    try {
      return {listeners: await this.#options.observer.listeners(port), problem: null}
    } catch (error) {
      return {listeners: [], problem: messageOf(error)}
    }
  }

  /** Who holds the port is looked for when its sockets are others than before, and every so often. */
  async #withHolder(waiting: Waiting, listeners: readonly Listener[], everyMs: number): Promise<Waiting> {
    const now = this.#options.clock.monotonic()
    const sockets = listeners.map(({address, inode, pid}) => `${address} ${inode} ${pid}`).join(', ')
    const seen = waiting.holderSeen
    if (seen && seen.sockets === sockets && now - seen.at < everyMs) return waiting
    const holder = await this.#findHolder(listeners)
    return holder
      ? {...waiting, holder, holderSeen: {at: now, sockets}}
      : {...waiting, holder: seen?.sockets === sockets ? waiting.holder : null}
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

  /** A role is what a person calls an agent by; the start of another supervisor is known by its id alone. */
  async #explainLease(port: number, {run, agent}: PortLease): Promise<string> {
    const why = `${this.#memory.roleOf(run) ?? `agent ${agent}`} is starting on port ${port}`
    const alive = await this.#options.ledger.holderAlive(port)
    return alive === false ? `${why}; its supervisor has ended and must be started again to go on with it or release it` : why
  }
}

/** What a person overrides is the wait for a free port alone: never a floor, never a lease. */
function overBudgetOf(answer: {overBudget: boolean; onlyPort: boolean}, {overridden}: Waiting): boolean {
  return answer.overBudget || (overridden && answer.onlyPort)
}
