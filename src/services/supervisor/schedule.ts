import type {Clock, Logger} from '@orch/plugin-kit'

/** Work that recurs while the supervisor runs. */
export interface PeriodicJob {
  /** What it looks after; the log says "<name> could not be handled". */
  readonly name: string
  /** Milliseconds between two starts. Times are multiples of it, so that jobs share the moments at which the process wakes. */
  readonly everyMs: number
  /** The plugin that brings it; missing for orch's own. */
  readonly plugin?: string
  /** Whether there is anything to do, by the records: without it no timer runs for the job until `Schedule.wake`. */
  readonly hasWork?: () => boolean
  /** @param signal aborted when the job is taken out, or the supervisor stops */
  run(signal: AbortSignal): unknown
}

interface ScheduleOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Runs what a plugin brings, and remembers the plugin as the culprit in case the process ends or stops answering over it. */
  readonly leaveCrumb: (plugin: string, what: string, work: () => Promise<unknown>) => Promise<unknown>
  /** Told of each failure, after it is logged. */
  readonly onFailure: (job: Pick<PeriodicJob, 'name' | 'plugin'>, error: unknown) => void
}

interface Row {
  readonly job: PeriodicJob
  readonly end: AbortController
  /** On the monotonic clock. */
  nextAt: number
  /** Start of the run that is under way; null between two runs. */
  since: number | null
  isSaid: boolean
}

/** Milliseconds after which a run that has not ended is said, once. */
const LONG_MS = 60_000

/** Runs periodic jobs by one timer. A run that fails, or never ends, holds up no other job; a job never runs twice at once. */
export class Schedule {
  readonly #options: ScheduleOptions
  readonly #rows = new Set<Row>()
  /** Ends the sleep of `run`. */
  #alarm = new AbortController()
  #sleepsUntil = -Infinity

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  /** Adds jobs, before or during `run`; those that are due together start in the order in which they were added. @returns takes them out again */
  add(...jobs: readonly PeriodicJob[]): () => void {
    const now = this.#options.clock.monotonic()
    const rows = jobs.map((job) => ({job, end: new AbortController(), nextAt: after(now, job), since: null, isSaid: false}))
    for (const row of rows) this.#rows.add(row)
    this.wake()
    return () => rows.forEach((row) => this.#remove(row))
  }

  /** Resolves when the signal is aborted; what runs then is not waited for. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#alarm.abort(), {once: true})
    while (!signal.aborted) {
      this.#startDue()
      if (this.#alarm.signal.aborted) this.#alarm = new AbortController()
      this.#sleepsUntil = this.#soonest()
      const ms = this.#sleepsUntil - this.#options.clock.monotonic()
      await this.#options.clock.sleep(ms, this.#alarm.signal).catch(() => undefined)
    }
    for (const row of [...this.#rows]) this.#remove(row)
  }

  /** To be called when records change: a job without work may have some now. */
  wake(): void {
    if (this.#soonest() < this.#sleepsUntil) this.#alarm.abort()
  }

  /** Work that is not waited for: a failure is logged and told, and ends nothing. */
  async guard(job: Pick<PeriodicJob, 'name' | 'plugin'>, work: () => unknown): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.logger.error(`${job.name} could not be handled`, {error, ...(job.plugin === undefined ? {} : {plugin: job.plugin})})
      this.#options.onFailure(job, error)
    }
  }

  #startDue(): void {
    const now = this.#options.clock.monotonic()
    // A timer of a whole number of milliseconds may fire a little early.
    for (const row of [...this.#rows].filter(({nextAt}) => nextAt < now + 1)) {
      row.nextAt = after(Math.max(now, row.nextAt), row.job)
      if (row.since !== null) this.#sayLong(row, now)
      else if (hasWork(row)) void this.#start(row, now)
    }
  }

  async #start(row: Row, now: number): Promise<void> {
    const {job, end} = row
    row.since = now
    const run = async () => job.run(end.signal)
    await this.guard(job, () => (job.plugin === undefined ? run() : this.#options.leaveCrumb(job.plugin, job.name, run)))
    row.since = null
    row.isSaid = false
  }

  #sayLong(row: Row, now: number): void {
    if (row.isSaid || now - row.since! < LONG_MS) return
    row.isSaid = true
    const {name, plugin} = row.job
    this.#options.logger.warn(`${name}: a run has not ended, and no other is started until then`, {
      ms: now - row.since!,
      ...(plugin === undefined ? {} : {plugin}),
    })
  }

  #soonest(): number {
    return [...this.#rows].filter(hasWork).reduce((soonest, {nextAt}) => Math.min(soonest, nextAt), Infinity)
  }

  #remove(row: Row): void {
    this.#rows.delete(row)
    row.end.abort(new Error(`${row.job.name} is taken out`))
  }
}

/** The next multiple of a job's interval. */
function after(now: number, {everyMs}: PeriodicJob): number {
  return (Math.floor(now / everyMs) + 1) * everyMs
}

function hasWork({job}: Row): boolean {
  return job.hasWork?.() ?? true
}
