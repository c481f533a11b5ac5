import type {LoggedEvent} from '../domain/event.js'
import type {Project} from '../domain/project.js'

/** A committed change, as it is told to those who listen. */
export interface FeedItem {
  readonly project: Project
  readonly events: readonly LoggedEvent[]
}

type Listener = (item: FeedItem) => void

/** Tells of commits inside the supervisor: runners wake by it, streams are fed by it. */
export class Feed {
  readonly #listeners = new Set<Listener>()

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

  /**
   * Waits until a project is as wanted.
   * @param current where to look first
   * @param wanted a pure question
   */
  async until(id: string, current: () => Project | undefined, wanted: (project: Project) => boolean, signal: AbortSignal): Promise<void> {
    const now = current()
    if (now && wanted(now)) return
    for await (const {project} of this.items(signal)) {
      if (project.id === id && wanted(project)) return
    }
    signal.throwIfAborted()
  }
}
