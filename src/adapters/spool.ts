import {lstat, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import {messageOf, type Logger} from '@orch/plugin-kit'
import type {SpooledReport} from '../domain/spooled-report.js'
import {FolderWatch} from './folder-watch.js'
import {moveAside} from './move-aside.js'
import {inOrder} from './report-order.js'
import {LONGEST_REPORT_BYTES, isReport, parseReport} from './spooled-report.js'
import {allowRestarts, announceReplacement, holdRestarts} from './stop-mark.js'

/** Entries that are no reports. */
export interface BadEntries {
  readonly folder: string
  readonly count: number
  /** Milliseconds UTC of the last one. */
  readonly since: number
}

/** Where entries go that are no reports. */
const BAD = '.bad'
/** Reports of agents' hooks, a file each. Every agent can write to the folder, so nothing in it is trusted. */
export class Spool {
  readonly #folder: string
  readonly #logger: Logger
  #watch: FolderWatch | null = null
  /** Bad entries that cannot be moved; each is logged once. */
  readonly #stuck = new Set<string>()

  constructor(folder: string, logger: Logger) {
    this.#folder = folder
    this.#logger = logger
  }

  /** A person stopped the supervisor: agents do not start it until a person does. */
  async holdRestarts(): Promise<void> {
    await makeOwnFolder(this.#folder)
    await holdRestarts(this.#folder)
  }

  /** A command replaces the supervisor: agents wait for the next one. */
  async announceReplacement(): Promise<void> {
    await makeOwnFolder(this.#folder)
    await announceReplacement(this.#folder)
  }

  allowRestarts(): Promise<void> {
    return allowRestarts(this.#folder)
  }

  /**
   * Watches the folder from the next `list` on.
   * @param onReport called soon after a report came; not promised, so `list` is to be called now and then too
   */
  watch(onReport: () => void): void {
    const onChange = (name: string | null) => {
      if (name === null || isReport(name) || this.#folder.endsWith(`/${name}`)) onReport()
    }
    this.#watch = new FolderWatch({folder: this.#folder, onChange, logger: this.#logger})
  }

  /** Ends the watch. */
  close(): void {
    this.#watch?.close()
  }

  /** @returns the names of the reports, the oldest first. Watched first and listed then: no report is missed in between */
  async list(): Promise<readonly string[]> {
    await makeOwnFolder(this.#folder)
    await this.#watch?.arm()
    return inOrder(this.#folder, (await readdir(this.#folder)).filter(isReport))
  }

  /**
   * @param name one of the list
   * @returns null for what is no report (another kind of file, unreadable, too long, torn): it is moved to `.bad/`; and for what is gone
   */
  async read(name: string): Promise<{readonly report: SpooledReport; readonly chars: number} | null> {
    const path = join(this.#folder, name)
    try {
      const text = await readBoundedText(path, {maxBytes: LONGEST_REPORT_BYTES, within: this.#folder})
      if (text !== null) return {report: parseReport(name, text), chars: text.length}
      if (!(await lstat(path).catch(() => null))) return null
      throw new Error('it is a link to nothing')
    } catch (error) {
      await this.#setAside(name, messageOf(error))
      return null
    }
  }

  /** A report was recorded, or refused. */
  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), {force: true})
  }

  /** @returns null when there are none */
  async bad(): Promise<BadEntries | null> {
    const folder = join(this.#folder, BAD)
    const count = (await readdir(folder).catch(() => [])).length + this.#stuck.size
    if (count === 0) return null
    const at = await lstat(folder).catch(() => null)
    return {folder: at ? folder : this.#folder, count, since: Math.round(at?.mtimeMs ?? 0)}
  }

  async #setAside(name: string, why: string): Promise<void> {
    const [from, folder] = [join(this.#folder, name), join(this.#folder, BAD)]
    try {
      await makeOwnFolder(folder)
      await rename(from, join(folder, `${Date.now()}-${name}`))
      this.#stuck.delete(name)
      this.#logger.warn('an entry of the spool is no report and was moved aside', {name, why, folder})
    } catch (error) {
      if (!this.#stuck.has(name)) this.#logger.error('an entry of the spool is no report and cannot be moved', {name, why, error})
      this.#stuck.add(name)
    }
  }
}

/** Makes a folder of this user's alone; what stands in its place and is no folder is moved aside. */
async function makeOwnFolder(path: string): Promise<void> {
  await moveAside(path, (stat) => stat.isDirectory())
  await makeFolder(path)
}
