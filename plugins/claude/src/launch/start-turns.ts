import type {Clock} from '@orch/plugin-kit'

/**
 * Lets starts go one after another, some time apart: programs of 380 MB that start at once starve each other, and write the same `~/.claude.json`. One
 * that is up does neither, so the next need not wait any longer.
 */
export class StartTurns {
  readonly #clock: Pick<Clock, 'sleep'>
  #last: Promise<void> = Promise.resolve()
  #gap: AbortController | null = null

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock
  }

  /** Resolves when it is the caller's turn. @param gapMs milliseconds that the next one waits at most; 0: it waits for none */
  async take(gapMs: number): Promise<void> {
    if (gapMs === 0) return
    const turn = this.#last
    this.#last = turn.then(() => this.#wait(gapMs))
    await turn
  }

  /** The agent that had the last turn is up. */
  isUp(): void {
    this.#gap?.abort()
  }

  async #wait(gapMs: number): Promise<void> {
    this.#gap = new AbortController()
    // Ended early, or not: either way it is over.
    await this.#clock.sleep(gapMs, this.#gap.signal).catch(() => undefined)
  }
}
