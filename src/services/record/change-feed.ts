import {messageOf, type Clock} from '@orch/plugin-kit'
import type {LoggedEvent} from '../../domain/event.js'
import type {Store} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'

/** A committed change, as it is told to those who listen. */
export interface FeedItem {
  readonly project: Project
  readonly events: readonly LoggedEvent[]
}

type Listener = (item: FeedItem) => void

/** Tells of commits inside the supervisor: runners wake by it, streams are fed by it. */
export class ChangeFeed {
  readonly #listeners = new Set<Listener>()
  readonly #store: Pick<Store, 'project'>
  readonly #clock: Clock

  constructor({store, clock}: {store: Pick<Store, 'project'>; clock: Clock}) {
    this.#store = store
    this.#clock = clock
  }

  publish(item: FeedItem): void {
    for (const listener of this.#listeners) listener(item)
  }

  /** @returns how to stop listening */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Items from now on, one by one; ends with the signal. */
  async *items(signal: AbortSignal): AsyncGenerator<FeedItem> {
    const queue: FeedItem[] = []
    let wake: () => void = () => {}
    const stop = this.subscribe((item) => {
      queue.push(item)
      wake()
    })
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        const item = queue.shift()
        if (item) yield item
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      stop()
    }
  }

  /** As `items`, with null whenever nothing was told for a while. @param pauseMs milliseconds */
  async *itemsAndPauses(signal: AbortSignal, pauseMs: number): AsyncGenerator<FeedItem | null> {
    const items = this.items(signal)
    for (let next = items.next(); ;) {
      const over = new AbortController()
      // A sleep that is broken off leaves the word to the items.
      const pause = this.#clock.sleep(pauseMs, AbortSignal.any([signal, over.signal])).then(
        () => null,
        () => next,
      )
      const result = await Promise.race([next, pause])
      over.abort(new Error('over'))
      if (result?.done) return
      yield result && result.value
      if (result) next = items.next()
    }
  }

  /** Waits until a project is as wanted. @param wanted a pure question @throws the reason of the signal */
  async until(id: string, wanted: (project: Project) => boolean, signal: AbortSignal): Promise<void> {
    const now = this.#store.project(id)
    if (now && wanted(now)) return
    signal.throwIfAborted()
    // It is asked where a change is told: each start of a team waits so, and every one is told of what happens in all others.
    await new Promise<void>((resolve, reject) => {
      const settle = (end: () => void) => {
        stop()
        signal.removeEventListener('abort', onAbort)
        end()
      }
      const onAbort = () => settle(() => reject(signal.reason as Error))
      const stop = this.subscribe(({project}) => {
        if (project.id !== id) return
        try {
          if (wanted(project)) settle(resolve)
        } catch (error) {
          settle(() => reject(error instanceof Error ? error : new Error(messageOf(error))))
        }
      })
      signal.addEventListener('abort', onAbort)
    })
  }

  /**
   * As `until`, for so long at most.
   * @param timeoutMs milliseconds from now
   * @returns whether it came to be as wanted in time
   */
  async within(id: string, wanted: (project: Project) => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const over = new AbortController()
    const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal
    const waits = [this.until(id, wanted, either).then(() => true), this.#clock.sleep(timeoutMs, either).then(() => false)]
    try {
      return await Promise.race(waits)
    } finally {
      over.abort(new Error('over'))
      await Promise.allSettled(waits)
    }
  }
}
