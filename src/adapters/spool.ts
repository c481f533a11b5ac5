import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** A hook's report that found no supervisor. */
export interface SpooledReport {
  readonly project: string
  readonly agent: string
  readonly run: string
  readonly token: string
  readonly event: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Its presence tells bin/hook.js. */
const HELD = '.stopped'

/** Reports left by hooks while no supervisor ran; their names sort by time. */
export class Spool {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A person stopped the supervisor: hooks spool, and start none, until a command does. */
  async holdRestarts(): Promise<void> {
    await mkdir(this.#folder, {recursive: true, mode: 0o700})
    await writeFile(join(this.#folder, HELD), '', {mode: 0o600})
  }

  async allowRestarts(): Promise<void> {
    await rm(join(this.#folder, HELD), {force: true})
  }

  /** Hands over each report in order; one that was taken is removed. @returns how many */
  async drain(take: (report: SpooledReport) => Promise<void>): Promise<number> {
    await mkdir(this.#folder, {recursive: true, mode: 0o700})
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).sort()
    for (const name of names) {
      const path = join(this.#folder, name)
      const report = parse(await readFile(path, 'utf8'))
      if (report) await take(report)
      await rm(path, {force: true})
    }
    return names.length
  }
}

function parse(text: string): SpooledReport | null {
  try {
    return JSON.parse(text) as SpooledReport
  } catch {
    return null
  }
}
