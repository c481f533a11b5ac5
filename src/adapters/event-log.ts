import {appendFile, mkdir, open} from 'node:fs/promises'
import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'
import {dirname, join} from 'node:path'
import type {EventLog, LoggedEvent} from '../domain/event.js'

/** One JSON line an event, a file a project; written after the commit it tells of, never read back as truth. */
export class FileEventLog implements EventLog {
  readonly #folder: string
  /** Appends wait for each other, so that lines stand in the order of their revisions. */
  #last: Promise<void> = Promise.resolve()

  /** @param folder holds a folder for each project */
  constructor(folder: string) {
    this.#folder = folder
  }

  append(project: string, events: readonly LoggedEvent[]): Promise<void> {
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('')
    const written = this.#last.then(() => this.#write(this.#path(project), lines))
    this.#last = written.catch(() => {})
    return written
  }

  async *read(project: string): AsyncGenerator<LoggedEvent> {
    try {
      await (await open(this.#path(project))).close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    for await (const line of createInterface({input: createReadStream(this.#path(project)), crlfDelay: Infinity})) {
      const event = parse(line)
      if (event) yield event
    }
  }

  #path(project: string): string {
    return join(this.#folder, project, 'events.jsonl')
  }

  async #write(path: string, lines: string): Promise<void> {
    await mkdir(dirname(path), {recursive: true, mode: 0o700})
    await appendFile(path, lines, {mode: 0o600})
  }
}

/** A crash may tear the last line. */
function parse(line: string): LoggedEvent | null {
  try {
    return JSON.parse(line) as LoggedEvent
  } catch {
    return null
  }
}
