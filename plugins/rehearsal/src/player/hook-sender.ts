import {setTimeout as sleep} from 'node:timers/promises'
import {run} from './processes.js'

/** A hook that takes longer is given up; Claude Code's own default is 600 s, which would outlive the agent. */
const HOOK_TIMEOUT_MS = 10_000

export interface HookSenderParts {
  /** Program and arguments; the event's name is added. */
  readonly command: readonly string[]
  /** In every payload. */
  readonly common: Readonly<Record<string, unknown>>
  readonly cwd: string
  /** Milliseconds each report waits. */
  readonly delayMs: number
  /** Send nothing. */
  readonly ignore: boolean
}

/** Reports events to orch, one after the other, while the composer goes on. A missing or failing hook changes nothing. */
export class HookSender {
  readonly #parts: HookSenderParts
  #last: Promise<void> = Promise.resolve()

  constructor(parts: HookSenderParts) {
    this.#parts = parts
  }

  send(event: string, payload: Readonly<Record<string, unknown>> = {}): void {
    if (this.#parts.ignore || this.#parts.command.length === 0) return
    const input = JSON.stringify({...this.#parts.common, ...payload, hook_event_name: event})
    this.#last = this.#last.then(async () => {
      if (this.#parts.delayMs > 0) await sleep(this.#parts.delayMs)
      await run([...this.#parts.command, event], {cwd: this.#parts.cwd, input, timeoutMs: HOOK_TIMEOUT_MS}).catch(() => {})
    })
  }

  /** Waits until everything is sent, at most `timeoutMs` milliseconds. */
  async drain(timeoutMs: number): Promise<void> {
    await Promise.race([this.#last, sleep(timeoutMs, undefined, {ref: false})])
  }
}
