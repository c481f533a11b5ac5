import type {Ids} from '../ports/ids.js'

/** Ids that count: `p_1`, `a_2`, … */
export class FakeIds implements Ids {
  #count = 0

  next(prefix: string): string {
    return `${prefix}_${++this.#count}`
  }

  token(): string {
    return `token-${++this.#count}`
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#count).padStart(12, '0')}`
  }
}
