import {constants} from 'node:fs'
import {dirname} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {type Adapter, Low} from 'lowdb'
import {OrchError, messageOf, type JsonSchema, type Logger, type SchemaValidator} from '@orch/plugin-kit'
import {fingerprint, keptDraftOf, NODE_CALLS, replaceFile, type FileCalls, type Fingerprint} from './durable-file.js'

/** How many damaged generations are kept for a person: `.damaged` is the newest, `.damaged.1` the one before. */
const DAMAGED_KEPT = 3

/** Half of what a string of Node can hold; a record of a long project has 10 MB. */
const LONGEST = 256 * 1024 * 1024
/** The look of what is no file. */
const NO_FILE: Fingerprint = {inode: 0, size: 0, modifiedAt: 0}

/** What a document holds. */
export interface Loaded<T> {
  /** null when nothing was ever written. */
  readonly value: T | null
  /** Why the value is of the generation before; null when it is the newest. */
  readonly fallback: string | null
}

interface JsonDocumentOptions {
  readonly path: string
  readonly schema: JsonSchema
  readonly schemas: SchemaValidator
  readonly logger: Logger
  readonly calls?: FileCalls
}

type Found<T> =
  | {readonly what: 'nothing'}
  | {readonly what: 'damaged'; readonly why: string}
  | {readonly what: 'whole'; readonly value: T; readonly text: string}

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
   * @throws ORCH_STATE when no generation is whole
   */
  async load({mends = true}: {mends?: boolean} = {}): Promise<Loaded<T>> {
    const {path, logger} = this.#options
    const seen = await this.#fingerprint()
    const current = await this.#look(path)
    if (current.what === 'whole') {
      this.#known = seen
      return {value: current.value, fallback: null}
    }
    const before = await this.#generationBefore()
    if (current.what === 'nothing' && before.what === 'nothing') return {value: null, fallback: null}
    const why = current.what === 'damaged' ? `it is damaged (${current.why})` : 'it is missing'
    logger.error('a state file is damaged', {path, why, fallback: before.what === 'whole'})
    if (before.what !== 'whole') throw this.#unreadable(why)
    if (mends) await this.#putBack(before.text)
    return {value: before.value, fallback: why}
  }

  /** Durable when it resolves. @throws ORCH_STORE_WRITE; both generations are as before then */
  async write(data: T): Promise<void> {
    try {
      this.#known = await this.#replace(`${JSON.stringify(data)}\n`)
    } catch (error) {
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
    return (await this.#look(this.#options.path)).what === 'whole'
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
    return draft.what === 'whole' ? draft : this.#look(this.#previous)
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
    const {schema, schemas} = this.#options
    const read = await readWhole(this.#calls, path)
    if ('what' in read) return read
    const {text} = read
    try {
      const value = JSON.parse(text) as T
      const [problem] = schemas.check(schema, value)
      return problem ? {what: 'damaged', why: `${problem.path.join('.')} ${problem.message}`} : {what: 'whole', value, text}
    } catch (error) {
      return {what: 'damaged', why: messageOf(error)}
    }
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

/** Never waits for the other end of a pipe, and takes no more into memory than a record can have. */
async function readWhole(
  calls: FileCalls,
  path: string,
): Promise<{readonly text: string} | Extract<Found<never>, {what: 'nothing' | 'damaged'}>> {
  try {
    const file = await calls.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const found = await file.stat()
      if (!found.isFile()) return {what: 'damaged', why: 'it is not a file'}
      if (found.size > LONGEST) return {what: 'damaged', why: `it is larger than ${LONGEST / 1024 / 1024} MB`}
      return {text: await file.readFile('utf8')}
    } finally {
      await file.close()
    }
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return {what: 'nothing'}
    if (code === 'ELOOP') return {what: 'damaged', why: 'its links lead in a circle'}
    if (code === 'ENXIO' || code === 'ENODEV') return {what: 'damaged', why: 'it is a socket or device, not a file'}
    throw error
  }
}

function isSame(a: Fingerprint, b: Fingerprint): boolean {
  return a.inode === b.inode && a.size === b.size && a.modifiedAt === b.modifiedAt
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
