interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/**
 * A value and its durable copy. Changes apply at once in memory and are written in groups: while one write is under way,
 * those that come are written together by the next. A failed write takes back everything that was not durable.
 */
export class GroupCommit<T> {
  #current: T
  #durable: T
  #waiters: {waiter: Waiter<T>; value: T}[] = []
  #writing: Promise<void> | null = null
  readonly #write: (value: T) => Promise<void>

  /** @param write makes a value durable, or throws */
  constructor(initial: T, write: (value: T) => Promise<void>) {
    this.#current = initial
    this.#durable = initial
    this.#write = write
  }

  get value(): T {
    return this.#current
  }

  /** @returns the changed value, once it is durable @throws what `change` or the write throws; nothing has changed then */
  update(change: (value: T) => T): Promise<T> {
    const value = change(this.#current)
    this.#current = value
    return new Promise((resolve, reject) => {
      this.#waiters.push({waiter: {resolve, reject}, value})
      this.#writing ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    // A turn of the event loop lets changes made together be written together.
    await Promise.resolve()
    while (this.#waiters.length > 0) {
      const group = this.#waiters
      this.#waiters = []
      const value = this.#current
      try {
        await this.#write(value)
        this.#durable = value
        for (const {waiter, value: own} of group) waiter.resolve(own)
      } catch (error) {
        this.#takeBack(group, error)
      }
    }
    this.#writing = null
  }

  /** Changes that came during the failed write stand on it, so they go with it. */
  #takeBack(group: {waiter: Waiter<T>}[], error: unknown): void {
    this.#current = this.#durable
    const later = this.#waiters
    this.#waiters = []
    for (const {waiter} of [...group, ...later]) waiter.reject(error)
  }
}
