import {lstat} from 'node:fs/promises'
import {makeFolder} from '@orch/plugin-kit/files'
import type {OwnFile} from '../domain/own-file.js'
import {moveAside} from './move-aside.js'

/** A folder that is made again, empty, when it vanishes or something else stands in its place. */
export class KeptFolder implements OwnFile {
  readonly name: string
  readonly #path: string

  constructor(name: string, path: string) {
    this.name = name
    this.#path = path
  }

  isIntact(): Promise<boolean> {
    return lstat(this.#path).then(
      (stat) => stat.isDirectory(),
      () => false,
    )
  }

  async restore(): Promise<void> {
    await moveAside(this.#path, (found) => found.isDirectory())
    await makeFolder(this.#path)
  }
}
