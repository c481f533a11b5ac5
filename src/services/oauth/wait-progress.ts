import type {Clock, Wait} from '@orch/plugin-kit'
import type {GateRequest} from './gate-request.js'

/** Milliseconds after which a hold is put before a person. */
const NEEDS_YOU_MS = 600_000
/** A wait shorter than this, in milliseconds, is not worth a word: it is shorter than the distance of two looks at a held port. */
const SHORT_MS = 500
/** Milliseconds between lines of progress when the configuration does not say. */
const PROGRESS_MS = 8_000

/** What is told of one wait: at its start, when its reason changes, and every few seconds; a long hold once to a person. */
export class WaitProgress {
  readonly #request: GateRequest
  readonly #clock: Clock
  readonly #everyMs: number
  #told: {readonly at: number; readonly what: string} | null = null
  #held: {readonly at: number; readonly monotonic: number} | null = null
  #noticed = false

  constructor(request: GateRequest, clock: Clock) {
    this.#request = request
    this.#clock = clock
    const every = request.settings['progressMs']
    this.#everyMs = typeof every === 'number' ? every : PROGRESS_MS
  }

  /** The budget is used up, and the start goes on waiting. */
  hold(): void {
    this.#held ??= {at: this.#clock.now(), monotonic: this.#clock.monotonic()}
  }

  /** @returns milliseconds until the next line of progress is due */
  tell(wait: Wait): number {
    this.#tellWhatIsNew(wait)
    return this.#told ? this.#told.at + this.#everyMs - this.#clock.monotonic() : this.#everyMs
  }

  #tellWhatIsNew(wait: Wait): void {
    const {port, run, role, note, onWait, asked} = this.#request
    const now = this.#clock.monotonic()
    const noticeNow = this.#held !== null && !this.#noticed && now - this.#held.monotonic >= NEEDS_YOU_MS
    const what = `${wait.why} ${wait.holder?.pid ?? ''} ${this.#held !== null}`
    if (!noticeNow && this.#told && this.#told.what === what && now - this.#told.at < this.#everyMs) return
    // Between the two looks at a free port nobody needs to hear of a wait.
    if (!this.#told && wait.holder === null && wait.notBefore - this.#clock.now() < SHORT_MS) return
    this.#told = {at: now, what}
    this.#noticed ||= noticeNow
    const hold = this.#held && {since: this.#held.at, needsYou: this.#noticed}
    onWait(wait, hold)
    const waitedMs = Math.round(now - asked.monotonic)
    const {why, notBefore, holder} = wait
    note('oauth.wait', {port, run, why, notBefore, holder, waitedMs, ...(hold ? {heldSince: hold.since} : {})})
    if (noticeNow) note('incident', {port, role, what: `held for 10 minutes: ${why}`, holder, remedy: `orch port status ${port}`})
  }

  end(): void {
    this.#request.onWait(null, null)
  }
}
