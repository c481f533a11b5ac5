import {getHeapSpaceStatistics} from 'node:v8'

interface HeapOptions {
  /** Bytes of objects on the heap, dead ones among them. */
  readonly used: () => number
  /** Bytes that the young generation takes, whether there is anything in it or not. */
  readonly young: () => number
  /** Collects what is dead; undefined when node was started without `--expose-gc`. */
  readonly collect: (() => unknown) | undefined
}

/** Bytes of growth since the last collection for which another is worth its 40 ms (100 agents, measured on Node 20.20). */
const WORTH_BYTES = 8 * 1024 * 1024

/**
 * Bytes of a young generation that is still that of a busy moment. V8 lets it grow with the load, to 32 MB and more, which spares a start most of its
 * collections, and shrinks it to 1 MB in a collection that finds little allocated in the 5 s before (measured on Node 20.20).
 */
const YOUNG_BYTES = 4 * 1024 * 1024

/** Gives back what a busy moment left on the heap: V8 collects when it allocates, so a supervisor that falls idle after a start would keep it for hours. */
export class Heap {
  readonly #options: HeapOptions
  #kept = 0
  #isSecondDue = false

  constructor(options: HeapOptions = {used: () => process.memoryUsage().heapUsed, young: youngBytes, collect: globalThis.gc}) {
    this.#options = options
  }

  /** To be called every 15 s or so; mostly it does nothing. */
  trim(): void {
    const {used, young, collect} = this.#options
    const isLarge = used() - this.#kept >= WORTH_BYTES || young() > YOUNG_BYTES
    if (!collect || !(isLarge || this.#isSecondDue)) return
    collect()
    this.#kept = used()
    // The pages that a collection empties go back to the system with the next one: 12 MB of 109 (100 agents, measured on Node 20.20).
    this.#isSecondDue = isLarge
  }
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({space_name}) => space_name === 'new_space')?.space_size ?? 0
}
