import {lstat, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import {messageOf, type Logger} from '@orch/plugin-kit'
import {moveAside} from './move-aside.js'
import {allowRestarts, announceReplacement, holdRestarts} from './stop-mark.js'

/** A hook's report that found no supervisor. */
export interface SpooledReport {
  readonly project: string
  readonly agent: string
  readonly run: string
  readonly token: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Entries that are no reports. */
export interface BadEntries {
  readonly folder: string
  readonly count: number
  /** Milliseconds UTC of the last one. */
  readonly since: number
}

/** Where entries go that are no reports. */
const BAD = '.bad'
/** Bytes of the longest report: as much as the socket takes. */
const LONGEST_BYTES = 16 * 1024 * 1024

/** Reports left by hooks while no supervisor ran; their names sort by time. Every agent can write to the folder, so nothing in it is trusted. */
export class Spool {
  readonly #folder: string
  readonly #logger: Logger
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
   * Hands over each report in order and removes it. An entry that is no report (another kind of file, unreadable, too long, no JSON) is moved
   * to `.bad/` and does not hold up those behind it.
   * @returns how many were taken
   * @throws what `take` throws; that report and those after it stay
   */
  async drain(take: (report: SpooledReport) => Promise<void>): Promise<number> {
    await makeOwnFolder(this.#folder)
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).sort()
    let taken = 0
    for (const name of names) {
      const report = await this.#report(name)
      if (!report) continue
      await take(report)
      await rm(join(this.#folder, name), {force: true})
      taken += 1
    }
    return taken
  }

  /** @returns null when there are none */
  async bad(): Promise<BadEntries | null> {
    const folder = join(this.#folder, BAD)
    const count = (await readdir(folder).catch(() => [])).length + this.#stuck.size
    if (count === 0) return null
    const at = await lstat(folder).catch(() => null)
    return {folder: at ? folder : this.#folder, count, since: Math.round(at?.mtimeMs ?? 0)}
  }

  async #report(name: string): Promise<SpooledReport | null> {
    try {
      const text = await readBoundedText(join(this.#folder, name), {maxBytes: LONGEST_BYTES, within: this.#folder})
      if (text === null) throw new Error('it is a link to nothing')
      return parse(text)
    } catch (error) {
      await this.#setAside(name, messageOf(error))
      return null
    }
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

/** @throws for what is no report */
function parse(text: string): SpooledReport {
  const report = JSON.parse(text) as Partial<SpooledReport> | null
  const {project, agent, run, token, event, payload} = report ?? {}
  if (![project, agent, run, token, event].every((each) => typeof each === 'string') || typeof payload !== 'object' || payload === null) {
    throw new Error('it is no report of a hook')
  }
  return report as SpooledReport
}
