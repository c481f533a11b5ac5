import {messageOf, type Clock, type ExitStatus, type Logger, type PaneExit, type PaneRef, type PaneState} from '@orch/plugin-kit'

/** tmux pushes no deaths to a client of another session, so they are looked for. */
const EVERY_MS = 500
/** Where nothing has changed for a while half as many looks do: an end is known within two seconds all the same. */
const AT_REST_MS = 1_000
const LOOKS_TO_REST = 20
const UNKNOWN: ExitStatus = {code: null, signal: null}

interface Watched {
  readonly ref: PaneRef
  readonly pid: number
  /** The look that may first see it; an earlier one proves nothing about it. */
  readonly since: number
  exit: PaneExit | null
}

/** Tells of every process of a pane that ended, once: by itself, by a signal, or because its window went away. */
export class DeathWatch {
  readonly #read: () => Promise<readonly PaneState[] | 'no-server'>
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #listeners = new Set<(exit: PaneExit) => void>()
  #watched = new Map<string, Watched>()
  #looks = 0
  #seen: readonly PaneState[] | undefined
  /** Looks since something changed. */
  #alike = 0
  #looking: Promise<void> = Promise.resolve()
  #stop: AbortController | undefined

  /** @param read every pane of ours as it is now, the same array while nothing changed; may throw when tmux does not answer, which proves nothing */
  constructor(read: () => Promise<readonly PaneState[] | 'no-server'>, clock: Clock, logger: Logger) {
    this.#read = read
    this.#clock = clock
    this.#logger = logger
  }

  /** Looks now and twice a second from now on, or once a second. */
  start(): void {
    if (this.#stop) return
    this.#stop = new AbortController()
    void this.#run(this.#stop.signal)
  }

  /** Looks no more, and forgets every pane. */
  stop(): void {
    this.#stop?.abort()
    this.#stop = undefined
    this.#watched = new Map()
    this.#seen = undefined
  }

  /** Watches a process from its start, so that not even one that ends between two looks is missed. */
  add(ref: PaneRef, pid: number): void {
    this.#watched.set(ref.pane, {ref, pid, since: this.#looks + 1, exit: null})
    this.#seen = undefined
    this.#alike = 0
  }

  /** Looks now. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  /** @param listener is also told of the ended panes that still stand; errors of it are logged @returns how to stop it */
  onExit(listener: (exit: PaneExit) => void): () => void {
    const own = (exit: PaneExit) => listener(exit)
    this.#listeners.add(own)
    for (const {exit} of this.#watched.values()) if (exit) this.#call(own, exit)
    return () => void this.#listeners.delete(own)
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look()
      await this.#clock.sleep(this.#alike < LOOKS_TO_REST ? EVERY_MS : AT_REST_MS, signal).catch(() => {})
    }
  }

  async #look(): Promise<void> {
    const look = ++this.#looks
    const watched = this.#watched
    const panes = await this.#read().catch((error: unknown) => {
      this.#logger.warn('tmux: the panes could not be listed', {error: messageOf(error)})
      return undefined
    })
    // Another map: the server was lost meanwhile. No answer: nothing is proven.
    if (!panes || panes === 'no-server' || watched !== this.#watched) return
    this.#alike += 1
    if (panes === this.#seen) return
    this.#alike = 0
    // What was added while tmux listed them is for the next look, whatever that finds.
    this.#seen = [...watched.values()].some(({since}) => since > look) ? undefined : panes
    const present = new Map(panes.map((pane) => [pane.pane, pane]))
    for (const [id, entry] of [...watched]) {
      if (entry.since > look || present.get(id)?.pid === entry.pid) continue
      if (!entry.exit) this.#tell({...entry.ref, exit: UNKNOWN})
      watched.delete(id)
    }
    for (const pane of panes) {
      const ref = {session: pane.session, window: pane.window, pane: pane.pane}
      const entry = watched.get(pane.pane) ?? {ref, pid: pane.pid, since: look, exit: null}
      watched.set(pane.pane, entry)
      if (entry.since > look || entry.exit || !pane.exit) continue
      entry.exit = {...ref, exit: pane.exit}
      this.#tell(entry.exit)
    }
  }

  #tell(exit: PaneExit): void {
    for (const listener of [...this.#listeners]) this.#call(listener, exit)
  }

  #call(listener: (exit: PaneExit) => void, exit: PaneExit): void {
    try {
      listener(exit)
    } catch (error) {
      this.#logger.error('tmux: a listener of pane exits failed', {error: messageOf(error)})
    }
  }
}
