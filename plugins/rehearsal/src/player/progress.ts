import {readFileSync, renameSync, writeFileSync} from 'node:fs'

export type ListName = 'steps' | 'onRejected'

/** Where a conversation stands in its script: kept so that a resumed run goes on where the last one ended. */
export interface Progress {
  /** Lists being played, the innermost last. */
  frames: {list: ListName; index: number}[]
  /** Steps played in all. */
  played: number
  /** Faults that have happened; none happens twice. */
  fired: string[]
  /** Messages received that no `expect` has taken. */
  inbox: string[]
  /** Rejections that nothing was done about yet, oldest first. */
  rejections: string[]
  /** Claims made again after a rejection. */
  repairs: number
  /** Milliseconds UTC; null: no limit. */
  limitedUntil: number | null
  /** Milliseconds UTC at which the `expect` that waits gives up; null: none waits. */
  expectUntil: number | null
}

export function newProgress(): Progress {
  return {
    frames: [{list: 'steps', index: 0}],
    played: 0,
    fired: [],
    inbox: [],
    rejections: [],
    repairs: 0,
    limitedUntil: null,
    expectUntil: null,
  }
}

/** Keeps a Progress in a file. */
export class ProgressFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** @returns what was saved; a fresh one when nothing was, or nothing that can be read */
  load(): Progress {
    try {
      return {...newProgress(), ...(JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<Progress>)}
    } catch {
      return newProgress()
    }
  }

  /** Durable against a kill of this process, before the next step begins. */
  save(progress: Progress): void {
    const next = `${this.#path}.next`
    writeFileSync(next, JSON.stringify(progress), {mode: 0o600})
    renameSync(next, this.#path)
  }
}
