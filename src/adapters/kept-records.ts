import type {OwnFile} from '../domain/own-file.js'
import type {Store} from '../domain/ports/store.js'
import {printOf} from './file-print.js'

/** The records of unfinished projects: a file that vanishes is written again from memory. */
export class KeptRecords implements OwnFile {
  readonly name = 'the record of a project'
  readonly #store: Pick<Store, 'projects' | 'update'>
  readonly #pathOf: (id: string) => string

  constructor(store: Pick<Store, 'projects' | 'update'>, pathOf: (id: string) => string) {
    this.#store = store
    this.#pathOf = pathOf
  }

  async isIntact(): Promise<boolean> {
    return (await this.#missing()).length === 0
  }

  async restore(): Promise<void> {
    for (const id of await this.#missing()) {
      // It may have finished meanwhile: then its file has gone for good.
      if (this.#store.projects().some((project) => project.id === id)) await this.#store.update(id, (project) => ({...project}))
    }
  }

  async #missing(): Promise<string[]> {
    const ids = this.#store.projects().map(({id}) => id)
    const prints = await Promise.all(ids.map((id) => printOf(this.#pathOf(id))))
    return ids.filter((_, index) => prints[index] === null)
  }
}
