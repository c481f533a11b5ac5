import {messageOf} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Recorder} from '../record/recorder.js'
import type {Store} from '../../domain/ports/store.js'
import {recordOf} from './living-runs.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'

interface HousekeepingOptions {
  /** By the kind of leftover, in the order in which they are cleared. */
  readonly cleaners: Readonly<Record<string, Cleaner>>
  readonly store: Store
  readonly recorder: Pick<Recorder, 'note'>
  readonly bus: Pick<HookBus, 'emit'>
}

/** Finds what crashes left behind, and takes it away when a person asks for it: listed first, owned by proof, looked at again before each step. */
export class Cleanup {
  readonly #options: HousekeepingOptions

  constructor(options: HousekeepingOptions) {
    this.#options = options
  }

  async survey(): Promise<Orphan[]> {
    const found = await Promise.all(this.#cleaners().map((cleaner) => cleaner.find()))
    return found.flat()
  }

  /**
   * Clears one after another; plugins are asked before (`beforeCleanup`) and told after (`afterCleanup`), and the event log of the project has it.
   * @param listed what a person was shown: nothing else is touched
   */
  async fix(listed: readonly Pick<Orphan, 'kind' | 'id'>[]): Promise<Settled[]> {
    const results: Settled[] = []
    for (const cleaner of this.#cleaners()) {
      const mine = (await cleaner.find()).filter(
        ({kind, id, fix}) => fix !== null && listed.some((item) => item.kind === kind && item.id === id),
      )
      for (const leftover of mine) {
        results.push(await this.#clear(cleaner, leftover).catch((error: unknown) => settled(leftover, false, messageOf(error))))
      }
    }
    return results
  }

  #cleaners(): Cleaner[] {
    return Object.values(this.#options.cleaners)
  }

  async #clear(cleaner: Cleaner, leftover: Orphan): Promise<Settled> {
    // A setting that is put back deletes nothing.
    if (leftover.kind === 'repository') return cleaner.clear(leftover)
    const {bus} = this.#options
    const {project, what, proof} = leftover
    await bus.emit('beforeCleanup', {project, what, why: proof})
    const result = await cleaner.clear(leftover)
    if (!result.done) return result
    await this.#note(leftover, result.what)
    await bus.emit('afterCleanup', {project, what, proof: result.what})
    return result
  }

  /** A project without a record has no event log. */
  async #note({project: id, what, proof}: Orphan, result: string): Promise<void> {
    const {store, recorder} = this.#options
    const project = id === null ? 'none' : await recordOf(store, id)
    if (project !== 'none' && project !== 'damaged')
      recorder.note(project, {type: 'deletion', agent: null, data: {what, why: proof, result}})
  }
}
