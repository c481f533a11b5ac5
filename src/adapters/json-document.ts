import {dirname} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {type Adapter, Low} from 'lowdb'
import {OrchError, isOrchError, messageOf, type JsonSchema, type Logger, type SchemaValidator} from '@orch/plugin-kit'
import {fingerprint, keptDraftOf, NODE_CALLS, replaceFile, type FileCalls, type Fingerprint} from './durable-file.js'
import {readWhole, type Unread} from './read-whole.js'

/** How many damaged generations are kept for a person: `.damaged` is the newest, `.damaged.1` the one before. */
const DAMAGED_KEPT = 3

/** What a person does with a file of a newer orch. */
export const NEWER_REMEDY = 'Install that version of orch again, or go back (docs/operations.md, "Upgrading and going back").'
/** The look of what is no file. */
const NO_FILE: Fingerprint = {inode: 0, size: 0, modifiedAt: 0}

/** How earlier shapes of a document become the present one. The field `schema` of a document holds the number of its shape. */
export interface Shapes {
  /** The number of the shape that is read and written. */
  readonly newest: number
  /** @returns an earlier document in the newest shape @throws Error when it is not what its number says */
  readonly upgrade: (document: Readonly<Record<string, unknown>>) => unknown
}

/** What a document holds. */
export interface Loaded<T> {
  /** null when nothing was ever written. */
  readonly value: T | null
  /** Why the value is of the generation before; null when it is the newest. */
  readonly fallback: string | null
  /** The file still has an earlier shape. */
  readonly isEarlier: boolean
}

interface JsonDocumentOptions {
  readonly path: string
  /** Of the newest shape. */
  readonly schema: JsonSchema
  /** null: the document has one shape and no number. */
  readonly shapes?: Shapes | null
  readonly schemas: SchemaValidator
  readonly logger: Logger
  readonly calls?: FileCalls
}

type Found<T> =
  | Unread
  /** Whole, and written by an orch that knows more than this one. */
  | {readonly what: 'newer'; readonly why: string}
  | {readonly what: 'whole'; readonly value: T; readonly text: string; readonly isEarlier: boolean}

/**
 * A JSON file with the generation before it in `.previous`, read with a schema. At any moment, two generations or the only one are whole on disk: the
 * generation before is given up once the new one is durable, and a file that is not as this process left it never replaces it.
 */
export class JsonDocument<T> implements Adapter<T> {
  readonly #options: JsonDocumentOptions
  readonly #calls: FileCalls
  /** The current file as this process read or wrote it last; null when that is not known. */
  #known: Fingerprint | null = null

  constructor(options: JsonDocumentOptions) {
    this.#options = options
    this.#calls = options.calls ?? NODE_CALLS
  }

  /** A lowdb database on this document. */
  static database<T>(document: JsonDocument<T>, initial: T): Low<T> {
    return new Low(document, initial)
  }

  /** The value of `load`. */
  async read(): Promise<T | null> {
    return (await this.load()).value
  }

  /**
   * Reads the newest generation that is whole. When that is not the current file, the generation before is put back in its place and the damaged file
   * is kept under `.damaged`; a disk that cannot take that does not keep the value from being read.
   * @param mends false leaves the disk as it is
   * @throws ORCH_STATE when no generation is whole, or the newest one is of a newer orch: nothing is changed then
   */
  async load({mends = true}: {mends?: boolean} = {}): Promise<Loaded<T>> {
    const {path, logger} = this.#options
    const seen = await this.#fingerprint()
    const current = await this.#look(path)
    if (current.what === 'whole') {
      this.#known = seen
      return {value: current.value, fallback: null, isEarlier: current.isEarlier}
    }
    if (current.what === 'newer') throw this.#newer(current.why)
    const before = await this.#generationBefore()
    if (current.what === 'nothing' && before.what === 'nothing') return {value: null, fallback: null, isEarlier: false}
    if (before.what === 'newer') throw this.#newer(before.why)
    const why = current.what === 'damaged' ? `it is damaged (${current.why})` : 'it is missing'
    logger.error('a state file is damaged', {path, why, fallback: before.what === 'whole'})
    if (before.what !== 'whole') throw this.#unreadable(why)
    if (mends) await this.#putBack(before.text)
    return {value: before.value, fallback: why, isEarlier: before.isEarlier}
  }

  /** Durable when it resolves. @throws ORCH_STORE_WRITE, ORCH_STATE where a newer orch wrote; both generations are as before then */
  async write(data: T): Promise<void> {
    try {
      this.#known = await this.#replace(`${JSON.stringify(data)}\n`)
    } catch (error) {
      if (isOrchError(error)) throw error
      throw new OrchError('ORCH_STORE_WRITE', {path: this.#options.path, why: messageOf(error)}, {cause: error})
    }
  }

  /** The current generation goes last: a kill in between leaves the newest one, not an older one. */
  async remove(): Promise<void> {
    for (const path of [keptDraftOf(this.#previous), this.#previous, this.#options.path]) await this.#calls.rm(path, {force: true})
    this.#known = null
  }

  get #previous(): string {
    return `${this.#options.path}.previous`
  }

  async #replace(text: string): Promise<Fingerprint> {
    const {path} = this.#options
    const isOurs = await this.#isCurrentWhole()
    if (!isOurs) await this.#keepDamaged()
    const write = () => replaceFile(path, text, {calls: this.#calls, previous: isOurs ? this.#previous : null})
    try {
      return await write()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      // Somebody removed the folder.
      await makeFolder(dirname(path))
      return write()
    }
  }

  /** Whether the current file may become the generation before. */
  async #isCurrentWhole(): Promise<boolean> {
    const seen = await this.#fingerprint()
    if (seen === null) return true
    if (this.#known) return isSame(seen, this.#known)
    const found = await this.#look(this.#options.path)
    if (found.what === 'newer') throw this.#newer(found.why)
    return found.what === 'whole'
  }

  /** A good copy in the place of the damaged file, so that the next write does not start from the damaged one. */
  async #putBack(text: string): Promise<void> {
    const {path, logger} = this.#options
    await this.#keepDamaged()
    try {
      this.#known = await replaceFile(path, text, {calls: this.#calls})
    } catch (error) {
      this.#known = null
      logger.warn('the generation before cannot be put back yet', {path, error})
    }
  }

  async #keepDamaged(): Promise<void> {
    const {path, logger} = this.#options
    const nameOf = (age: number) => (age === 0 ? `${path}.damaged` : `${path}.damaged.${age}`)
    try {
      for (let age = DAMAGED_KEPT - 1; age > 0; age--) await this.#calls.rename(nameOf(age - 1), nameOf(age)).catch(ignoreMissing)
      await this.#calls.link(path, nameOf(0)).catch((error: NodeJS.ErrnoException) => {
        // A folder cannot have two names, and no file can be renamed over it.
        if (error.code === 'EPERM') return this.#calls.rename(path, nameOf(0))
        return ignoreMissing(error)
      })
    } catch (error) {
      logger.warn('a damaged state file cannot be kept', {path, error})
    }
  }

  /** Between two renames of a write, the generation before still has its draft's name. */
  async #generationBefore(): Promise<Found<T>> {
    const draft = await this.#look(keptDraftOf(this.#previous))
    return draft.what === 'whole' || draft.what === 'newer' ? draft : this.#look(this.#previous)
  }

  async #fingerprint(): Promise<Fingerprint | null> {
    try {
      return fingerprint(await this.#calls.stat(this.#options.path))
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return null
      if (code === 'ELOOP') return NO_FILE
      throw error
    }
  }

  async #look(path: string): Promise<Found<T>> {
    const {schema, shapes, schemas} = this.#options
    const read = await readWhole(this.#calls, path)
    if ('what' in read) return read
    const {text} = read
    try {
      const found = JSON.parse(text) as T
      const shape = shapes ? numberOf(found) : null
      if (shape !== null && shape > shapes!.newest) return {what: 'newer', why: newerShape(shape, shapes!.newest)}
      const isEarlier = shape !== null && shape < shapes!.newest
      const value = isEarlier ? (shapes!.upgrade(found as Record<string, unknown>) as T) : found
      const [problem] = schemas.check(schema, value)
      return problem ? {what: 'damaged', why: `${problem.path.join('.')} ${problem.message}`} : {what: 'whole', value, text, isEarlier}
    } catch (error) {
      return {what: 'damaged', why: messageOf(error)}
    }
  }

  #newer(why: string): OrchError {
    return new OrchError('ORCH_STATE', {path: this.#options.path, why, remedy: NEWER_REMEDY})
  }

  #unreadable(why: string): OrchError {
    const {path} = this.#options
    return new OrchError('ORCH_STATE', {
      path,
      why: `${why} and so is the generation before`,
      remedy: `Put a whole copy there, or move ${path} away; what is left of it is kept beside it.`,
    })
  }
}

/** Why a shape is refused. */
export function newerShape(shape: number, newest: number): string {
  return `it was written by a newer orch (schema ${shape}, this one knows ${newest})`
}

/** @returns null for what has no number: its schema says what is wrong with it */
function numberOf(document: unknown): number | null {
  const number = typeof document === 'object' && document !== null ? (document as Record<string, unknown>)['schema'] : null
  return Number.isInteger(number) ? (number as number) : null
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return a.inode === b.inode && a.size === b.size && a.modifiedAt === b.modifiedAt
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
