import {mkdir, open, type FileHandle} from 'node:fs/promises'
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
    const file = await open(path, 'a+', 0o600)
    try {
      await file.appendFile((await isTorn(file)) ? `\n${lines}` : lines)
    } finally {
      await file.close()
    }
  }
}

/** What is appended to half a line would be lost with it. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const {size} = await file.stat()
  if (size === 0) return false
  const {buffer} = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== 0x0a
}

/** A crash may tear the last line. */
function parse(line: string): LoggedEvent | null {
  try {
    return JSON.parse(line) as LoggedEvent
  } catch {
    return null
  }
}
