import type {Clock} from '../ports/clock.js'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that moves only when a test advances it. */
export class FakeClock implements Clock {
  #wall: number
  #monotonic = 0
  #sleepers: Sleeper[] = []

  /** @param startAt wall clock at the start, milliseconds UTC */
  constructor(startAt = 1_700_000_000_000) {
    this.#wall = startAt
  }

  now(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  /** How many wait now. */
  get sleeping(): number {
    return this.#sleepers.length
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const sleeper = {
        at: this.#monotonic + ms,
        wake: () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
      }
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        reject(signal!.reason as Error)
      }
      signal?.addEventListener('abort', abort, {once: true})
      this.#sleepers.push(sleeper)
    })
  }

  /** Lets time pass, waking sleepers in order and letting each run before the next. @param ms milliseconds */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    await settle()
    for (;;) {
      const next = this.#sleepers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#move(next.at)
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next)
      next.wake()
      await settle()
    }
    this.#move(end)
    await settle()
  }

  /** Sets the wall clock as an administrator or a time server would; durations are not touched. @param ms milliseconds, also negative */
  jump(ms: number): void {
    this.#wall += ms
  }

  #move(to: number): void {
    this.#wall += Math.max(0, to - this.#monotonic)
    this.#monotonic = Math.max(this.#monotonic, to)
  }
}

/** Lets everything that can run now run: promise callbacks and input that is ready. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve))
}
