import {mkdir, open, type FileHandle} from 'node:fs/promises'
import {createReadStream} from 'node:fs'
import {dirname, join} from 'node:path'
import type {EventLog, LoggedEvent, PlacedEvent} from '../domain/event.js'
import {linesOf} from './lines.js'

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

  settled(): Promise<void> {
    return this.#last
  }

  async *read(project: string): AsyncGenerator<LoggedEvent> {
    for await (const {event} of this.readOn(project, 0)) yield event
  }

  /** A place is a byte of the file. Half a line at its end is being written, or was torn by a crash. */
  async *readOn(project: string, place: number): AsyncGenerator<PlacedEvent> {
    try {
      await (await open(this.#path(project))).close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    let end = place
    for await (const {text, bytes} of linesOf(createReadStream(this.#path(project), {start: place}))) {
      end += bytes
      const event = parse(text)
      if (event) yield {event, end}
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
