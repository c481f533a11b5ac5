import {getHeapSpaceStatistics} from 'node:v8'

/** `minor`: of the young generation alone, in 1 ms; `major`: of all, in 40 ms (100 agents, measured on Node 20.20). */
export type Collection = 'minor' | 'major'

interface HeapOptions {
  /** Bytes of objects on the heap, dead ones among them. */
  readonly used: () => number
  /** Bytes that the young generation takes, whether there is anything in it or not. */
  readonly young: () => number
  /** Collects what is dead; undefined when node was started without `--expose-gc`. */
  readonly collect: ((kind: Collection) => unknown) | undefined
}

/** Bytes of growth since the last major collection for which another is worth its 40 ms. */
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

  constructor(options: HeapOptions = {used: () => process.memoryUsage().heapUsed, young: youngBytes, collect: collector()}) {
    this.#options = options
  }

  /** To be called every 15 s or so; mostly it does nothing. */
  trim(): void {
    const {used, young, collect} = this.#options
    if (!collect) return
    // Most of what a busy moment leaves died young. The pages that a collection empties go back to the system with the next one.
    if (young() > YOUNG_BYTES || this.#isSecondDue) collect('minor')
    this.#isSecondDue = used() - this.#kept >= WORTH_BYTES
    if (!this.#isSecondDue) return
    collect('major')
    this.#kept = used()
  }
}

function collector(): HeapOptions['collect'] {
  const {gc} = globalThis
  return gc && ((type) => gc({type}))
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({space_name}) => space_name === 'new_space')?.space_size ?? 0
}
