import {messageOf} from '@orch/plugin-kit'
import {settled, type Broom, type Leftover, type Settled} from './leftover.js'

/** Finds what crashes left behind, and takes it away when a person asks for it: listed first, owned by proof, looked at again before each step. */
export class Housekeeping {
  readonly #brooms: Readonly<Record<string, Broom>>

  /** @param brooms by the kind of leftover, in the order in which they are cleared */
  constructor(brooms: Readonly<Record<string, Broom>>) {
    this.#brooms = brooms
  }

  async survey(): Promise<Leftover[]> {
    const found = await Promise.all(Object.values(this.#brooms).map((broom) => broom.find()))
    return found.flat()
  }

  /** @param listed what a person was shown: nothing else is touched */
  async fix(listed: readonly Pick<Leftover, 'kind' | 'id'>[]): Promise<Settled[]> {
    const results: Settled[] = []
    for (const broom of Object.values(this.#brooms)) {
      const mine = (await broom.find()).filter(
        ({kind, id, fix}) => fix !== null && listed.some((item) => item.kind === kind && item.id === id),
      )
      for (const leftover of mine) {
        results.push(await broom.clear(leftover).catch((error: unknown) => settled(leftover, false, messageOf(error))))
      }
    }
    return results
  }
}
