import {dirname} from 'node:path'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import type {OwnFile} from '../domain/own-file.js'
import {replaceFile} from './durable-file.js'
import {printOf} from './file-print.js'
import {moveAside} from './move-aside.js'

/** A small file with a content that is known, which is written again when it vanishes or changes. */
export class KeptFile implements OwnFile {
  readonly name: string
  readonly #path: string
  readonly #content: string
  #print: string | null = null

  constructor(name: string, path: string, content: string) {
    this.name = name
    this.#path = path
    this.#content = content
  }

  async isIntact(): Promise<boolean> {
    if (this.#print === null) await this.#adopt()
    return this.#print !== null && (await printOf(this.#path)) === this.#print
  }

  async restore(): Promise<void> {
    await makeFolder(dirname(this.#path))
    await moveAside(this.#path, (found) => !found.isDirectory())
    await replaceFile(this.#path, this.#content)
    this.#print = await printOf(this.#path)
  }

  /** What is there already may have the same content. */
  async #adopt(): Promise<void> {
    const print = await printOf(this.#path)
    const content = await readBoundedText(this.#path, {maxBytes: Buffer.byteLength(this.#content)}).catch(() => null)
    if (content === this.#content) this.#print = print
  }
}
