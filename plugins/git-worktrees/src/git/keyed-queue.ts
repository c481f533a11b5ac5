/** Runs work one at a time for each key, in the order it was asked; different keys run side by side. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<void>>()

  /** @returns what `work` returns; a failure is the caller's alone and does not stop the queue */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve()
    const result = before.then(work)
    const tail = result.then(
      () => undefined,
      () => undefined,
    )
    this.#tails.set(key, tail)
    try {
      return await result
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    }
  }
}
