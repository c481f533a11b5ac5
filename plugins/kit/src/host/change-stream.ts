import type {ProjectChange} from '../views.js'

/** Changes held for one reader: a few seconds of a busy team, and some megabytes at most. */
const MOST_WAITING = 1_000

/** Hands commits to plugins that read them one by one, without growing with a reader that is slow or has gone to sleep. */
export class ChangeStreams {
  readonly #readers = new Set<Reader>()

  /** Whether anybody reads: without a reader no view needs to be made. */
  get isRead(): boolean {
    return this.#readers.size > 0
  }

  publish(change: Omit<ProjectChange, 'missed'>): void {
    for (const reader of this.#readers) reader.take(change)
  }

  /** Changes from the call on, also before the first is asked for; ends with the signal. */
  open(signal: AbortSignal): AsyncIterable<ProjectChange> {
    const reader = new Reader()
    if (!signal.aborted) this.#readers.add(reader)
    const close = () => {
      this.#readers.delete(reader)
      reader.wake()
    }
    signal.addEventListener('abort', close, {once: true})
    return reader.read(signal, () => {
      signal.removeEventListener('abort', close)
      close()
    })
  }
}

class Reader {
  #waiting: Omit<ProjectChange, 'missed'>[] = []
  #missed = 0
  wake: () => void = () => {}

  take(change: Omit<ProjectChange, 'missed'>): void {
    this.#waiting.push(change)
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift()
      this.#missed += 1
    }
    this.wake()
  }

  async *read(signal: AbortSignal, close: () => void): AsyncGenerator<ProjectChange> {
    try {
      while (!signal.aborted) {
        const change = this.#waiting.shift()
        if (change) yield {...change, missed: this.#takeMissed()}
        else await new Promise<void>((resolve) => (this.wake = resolve))
      }
    } finally {
      close()
    }
  }

  #takeMissed(): number {
    const missed = this.#missed
    this.#missed = 0
    return missed
  }
}
