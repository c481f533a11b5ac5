import {KeyDecoder, type Key} from './key-decoder.js'

/** An ESC with nothing behind it for so many milliseconds was the Escape key; tmux sends a sequence in one write. */
const ESCAPE_MS = 50

/** Reads keys from a terminal, or lines from a pipe. */
export class Keyboard {
  readonly #input: NodeJS.ReadStream
  readonly #decoder = new KeyDecoder()
  #timer: NodeJS.Timeout | undefined
  #deafUntil = 0

  constructor(input: NodeJS.ReadStream) {
    this.#input = input
  }

  /**
   * Begins to read.
   * @param onKey is called with each key
   * @param onEnd is called when nothing can come any more
   */
  open(onKey: (key: Key) => void, onEnd: () => void): void {
    const {isTTY} = this.#input
    const emit = (keys: Key[]) => {
      if (performance.now() < this.#deafUntil) return
      for (const key of keys) onKey(!isTTY && key.key === 'newline' ? {key: 'enter'} : key)
    }
    if (isTTY) this.#input.setRawMode(true)
    this.#input.on('data', (bytes: Buffer) => {
      clearTimeout(this.#timer)
      emit(this.#decoder.push(bytes))
      if (this.#decoder.pending) this.#timer = setTimeout(() => emit(this.#decoder.flush()), ESCAPE_MS)
    })
    this.#input.on('end', onEnd)
    // The terminal went away: SIGHUP says the same.
    this.#input.on('error', onEnd)
  }

  /** Loses the keys of the next `ms` milliseconds. */
  swallow(ms: number): void {
    this.#deafUntil = performance.now() + ms
  }
}
