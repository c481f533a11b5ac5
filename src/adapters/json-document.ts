import {copyFile, link, readFile, rename, rm} from 'node:fs/promises'
import {type Adapter, Low} from 'lowdb'
import {OrchError, messageOf, type JsonSchema, type Logger, type SchemaValidator} from '@orch/plugin-kit'
import {replaceFile} from './durable-file.js'

/** How the name ends under which the generation before is kept for a moment. */
export const PREVIOUS_DRAFT = '.previous.tmp'

/** A JSON file of which the generation before is kept, read with a schema. */
export class JsonDocument<T> implements Adapter<T> {
  readonly #path: string
  readonly #schema: JsonSchema
  readonly #schemas: SchemaValidator
  readonly #logger: Logger

  constructor(options: {path: string; schema: JsonSchema; schemas: SchemaValidator; logger: Logger}) {
    this.#path = options.path
    this.#schema = options.schema
    this.#schemas = options.schemas
    this.#logger = options.logger
  }

  /** A lowdb database on this document. */
  static database<T>(document: JsonDocument<T>, initial: T): Low<T> {
    return new Low(document, initial)
  }

  /**
   * The newest generation that is whole.
   * @returns null when there is none yet
   * @throws ORCH_STATE when both generations are damaged; a damaged file is kept beside, under `.damaged`
   */
  async read(): Promise<T | null> {
    const current = await this.#load(this.#path)
    if (current.found !== 'damaged') return current.found === 'nothing' ? null : current.value
    await copyFile(this.#path, `${this.#path}.damaged`)
    const previous = await this.#load(this.#previous)
    this.#logger.error('a state file is damaged', {path: this.#path, why: current.why, fallback: previous.found === 'whole'})
    if (previous.found === 'whole') return previous.value
    throw new OrchError('ORCH_STATE', {
      path: this.#path,
      why: `it is damaged (${current.why}) and so is the generation before`,
      remedy: `Both are kept. Move ${this.#path} away to go on without this project.`,
    })
  }

  /** Durable when it resolves. @throws ORCH_STORE_WRITE */
  async write(data: T): Promise<void> {
    try {
      await this.#keepPrevious()
      await replaceFile(this.#path, `${JSON.stringify(data)}\n`)
    } catch (error) {
      throw new OrchError('ORCH_STORE_WRITE', {path: this.#path, why: messageOf(error)}, {cause: error})
    }
  }

  async remove(): Promise<void> {
    await Promise.all([rm(this.#path, {force: true}), rm(this.#previous, {force: true})])
  }

  get #previous(): string {
    return `${this.#path}.previous`
  }

  /** A second name for the current generation: no bytes are copied, and the current name never goes away. */
  async #keepPrevious(): Promise<void> {
    const temporary = `${this.#path}${PREVIOUS_DRAFT}`
    await rm(temporary, {force: true})
    try {
      await link(this.#path, temporary)
      await rename(temporary, this.#previous)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  async #load(path: string): Promise<{found: 'nothing'} | {found: 'damaged'; why: string} | {found: 'whole'; value: T}> {
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {found: 'nothing'}
      throw error
    }
    try {
      const value = JSON.parse(text) as T
      const [problem] = this.#schemas.check(this.#schema, value)
      if (problem) return {found: 'damaged', why: `${problem.path.join('.')} ${problem.message}`}
      return {found: 'whole', value}
    } catch (error) {
      return {found: 'damaged', why: messageOf(error)}
    }
  }
}
