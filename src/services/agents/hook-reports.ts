import {hasCode, messageOf, type Caller, type Clock, type Logger} from '@orch/plugin-kit'
import type {SpooledReport} from '../../domain/spooled-report.js'
import type {AgentEvents} from './agent-events.js'

interface HookReportsOptions {
  readonly spool: {
    list(): Promise<readonly string[]>
    read(name: string): Promise<{readonly report: SpooledReport; readonly chars: number} | null>
    remove(name: string): Promise<void>
  }
  /** Who speaks, by the token of a report. @throws ORCH_UNAUTHORISED */
  readonly identify: (claim: {project: string; agent: string; token: string}) => Caller
  readonly watch: Pick<AgentEvents, 'onReport'>
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Reports taken of one list: the oldest. A longer list is read in parts while hooks write, and may hold a report without an earlier one of the same
 * agent. Such a report is among the newest, and is left to the next list.
 */
const MOST_OF_A_LIST = 400
/** Characters of reports in memory, after which no more are read until these are recorded. */
const MOST_CHARS = 16 * 1024 * 1024
/** Milliseconds that a call of an agent, its end and the end of the supervisor wait for reports at most. */
const PATIENCE_MS = 1_000
/** Milliseconds that a look waits for the reports it found. */
const LONG_MS = 10_000

/** Takes the reports of hooks from the spool: those of one agent in order, those of several side by side. */
export class HookReports {
  readonly #options: HookReportsOptions
  /** By agent, the end of its last report that was begun. */
  readonly #queues = new Map<string, Promise<void>>()
  /** Names of reports that are queued. */
  readonly #inHand = new Set<string>()
  #chars = 0
  #looking: Promise<number> | null = null
  #nextLook: Promise<number> | null = null
  #isClosed = false

  constructor(options: HookReportsOptions) {
    this.#options = options
  }

  /**
   * Records every report that was there at the call. One that cannot be recorded now stays in the spool, and so do those of its agent after it.
   * One that takes long is not waited for, and delays no report of another agent.
   * @throws ORCH_STORE_WRITE
   */
  async tick(): Promise<void> {
    let rounds = 1
    for (let round = 1; round <= rounds; round++) {
      const listed = await this.#look()
      if (round === 1) rounds = Math.max(1, Math.ceil(listed / MOST_OF_A_LIST))
      const queues = [...this.#queues.values()]
      await this.#within(
        LONG_MS,
        Promise.allSettled(queues).then(() => Promise.all(queues)),
      )
    }
  }

  /** Records what hooks of one agent reported before the call, or ends after a second. Never throws: `tick` says what cannot be recorded. */
  async takeOf({project, agent}: {readonly project: string; readonly agent: string}): Promise<void> {
    const queue = this.#look().then(() => this.#queues.get(keyOf({project, agent})))
    await this.#within(PATIENCE_MS, queue).catch(() => undefined)
  }

  /** Takes no more, and waits a second at most for what is being recorded. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#within(PATIENCE_MS, Promise.allSettled(this.#queues.values()))
  }

  /** @throws what the work throws in that time */
  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    const over = new AbortController()
    await Promise.race([work, this.#options.clock.sleep(ms, over.signal)]).finally(() => over.abort())
  }

  /** Queues what is in the spool. One look at a time; one that began before the call does not count. @returns how many reports there are */
  #look(): Promise<number> {
    if (!this.#looking) return (this.#looking = this.#queueAll().finally(() => (this.#looking = null)))
    const begin = () => {
      this.#nextLook = null
      return this.#look()
    }
    return (this.#nextLook ??= this.#looking.then(begin, begin))
  }

  async #queueAll(): Promise<number> {
    const names = await this.#options.spool.list()
    for (const name of names.slice(0, MOST_OF_A_LIST)) {
      if (this.#inHand.has(name)) continue
      if (this.#chars > MOST_CHARS) await Promise.allSettled(this.#queues.values())
      const found = await this.#options.spool.read(name)
      if (found && !this.#isClosed) this.#queue(name, found.report, found.chars)
    }
    return names.length
  }

  #queue(name: string, report: SpooledReport, chars: number): void {
    const key = keyOf(report)
    this.#inHand.add(name)
    this.#chars += chars
    const taking = (this.#queues.get(key) ?? Promise.resolve())
      .then(() => this.#take(report))
      .then(() => this.#options.spool.remove(name))
      .finally(() => {
        this.#inHand.delete(name)
        this.#chars -= chars
        if (this.#queues.get(key) === taking) this.#queues.delete(key)
      })
    this.#queues.set(key, taking)
    // Those who wait for it hear of it.
    taking.catch(() => {})
  }

  async #take({project, agent, run, token, event, payload}: SpooledReport): Promise<void> {
    try {
      this.#options.identify({project, agent, token})
      await this.#options.watch.onReport(project, agent, run, {event, payload})
    } catch (error) {
      // It stays in the spool until it can be recorded.
      if (hasCode(error, 'ORCH_STORE_WRITE')) throw error
      this.#options.logger.warn('a spooled report was refused', {agent, event, why: messageOf(error)})
    }
  }
}

function keyOf({project, agent}: {readonly project: string; readonly agent: string}): string {
  return `${project} ${agent}`
}
