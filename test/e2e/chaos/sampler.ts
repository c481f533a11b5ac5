import {setTimeout as sleep} from 'node:timers/promises'
import type {Status} from '../../../src/services/status/status.js'
import type {Journal} from './journal.js'
import {differences, lookAtRepository, type Look} from './persons-repository.js'
import type {Playground} from './playground.js'

const SAMPLE_MS = 1_000
/** How long a project may have nobody who brings its next event about. */
const NOBODY_MS = 10_000
/** How long a project that is not over may be without a supervisor, without the supervisor's own start. */
const ABSENT_MS = 10_000
/** `orch status` answers within this, also beside a supervisor that hangs. */
const STATUS_MS = 30_000

interface SamplerOptions {
  readonly playground: Playground
  readonly journal: Journal
  /** How long a supervisor takes to start here, milliseconds. */
  readonly startMs: number
}

/** Looks every second through `orch status --json` and the files, and says what must not be. */
export class Sampler {
  readonly #options: SamplerOptions
  readonly #tips = new Map<string, string>()
  readonly #projects = new Set<string>()
  readonly #nobodySince = new Map<string, number>()
  readonly #told = new Set<string>()
  #absentSince: number | null = null
  readonly #person: Look['person']

  constructor(options: SamplerOptions) {
    this.#options = options
    this.#person = lookAtRepository(options.playground).person
  }

  /** Commits that a ref of orch ever named, each with that ref. */
  get tips(): ReadonlyMap<string, string> {
    return this.#tips
  }

  /** A supervisor may just have been ended on purpose: its absence begins anew. */
  supervisorEnded(): void {
    if (this.#absentSince !== null) this.#absentSince = Date.now()
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const startedAt = Date.now()
      await this.sample()
      await sleep(Math.max(0, startedAt + SAMPLE_MS - Date.now()))
    }
  }

  async sample(): Promise<void> {
    this.#options.journal.count('samples')
    this.#checkRecords()
    this.#checkRepository()
    await this.#checkStatus()
  }

  /** @param isRunning a supervisor answers */
  #checkSupervisor(isRunning: boolean): void {
    const {playground, journal, startMs} = this.#options
    if (isRunning || playground.records('projects').length === 0) {
      this.#absentSince = null
      return
    }
    this.#absentSince ??= Date.now()
    const ms = Date.now() - this.#absentSince
    journal.highest('longest absence of the supervisor seen, ms', ms)
    if (ms > ABSENT_MS + startMs) this.#once(`absent ${this.#absentSince}`, `no supervisor for ${ms} ms beside an unfinished project`)
  }

  #checkRecords(): void {
    const {playground} = this.#options
    const present = () => [...playground.records('projects'), ...playground.records('finished'), ...playground.records('projects')]
    for (const id of present()) this.#projects.add(id)
    const found = present()
    for (const id of this.#projects) if (!found.includes(id)) this.#once(`lost ${id}`, `the record of ${id} is gone`)
  }

  #checkRepository(): void {
    const {playground} = this.#options
    const {person, tips} = lookAtRepository(playground)
    for (const change of differences(this.#person, person)) this.#once(`repository ${change}`, `the person's repository changed: ${change}`)
    for (const {ref, commit} of tips) if (!this.#tips.has(commit)) this.#tips.set(commit, ref)
  }

  async #checkStatus(): Promise<void> {
    const {playground, journal} = this.#options
    const startedAt = Date.now()
    const answer = await Promise.race([playground.sandbox.json<Status>(['status']), sleep(STATUS_MS, null, {ref: false})])
    journal.highest('slowest orch status, ms', Date.now() - startedAt)
    if (answer === null) return this.#once(`status ${startedAt}`, `orch status took more than ${STATUS_MS} ms`)
    if (!answer.data) return journal.count(`orch status refused: ${answer.error.code}`)
    const {projects, supervisor, unreadable} = answer.data
    this.#checkSupervisor(supervisor.running)
    for (const {id} of unreadable) this.#once(`unreadable ${id}`, `the record of ${id} cannot be read`)
    for (const {id, state, next} of projects) {
      if (!supervisor.running || next?.by !== 'nobody') {
        this.#nobodySince.delete(id)
        continue
      }
      journal.count('samples in which nobody brings the next event about')
      const since = this.#nobodySince.get(id) ?? Date.now()
      this.#nobodySince.set(id, since)
      const ms = Date.now() - since
      journal.highest('longest stall seen, ms', ms)
      if (ms > NOBODY_MS) this.#once(`nobody ${id} ${since}`, `${id} is ${state} and nobody brings its next event about for ${ms} ms`)
    }
  }

  #once(key: string, what: string): void {
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#options.journal.violation(what)
  }
}
