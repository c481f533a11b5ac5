import {type FileHandle} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {makeFolder, streamRegular} from '@orch/plugin-kit/files'
import type {EventLog, LoggedEvent, PlacedEvent} from '../domain/event.js'
import {NODE_CALLS, type FileCalls} from './durable-file.js'
import {linesOf} from './lines.js'
import {moveAside, moveAsideUnlessFile} from './move-aside.js'
import {openToAppend} from './open-to-append.js'

/** A longer line is none of orch's: the largest event holds a message. */
const LINE_BYTES = 16 * 1024 * 1024

interface FileEventLogOptions {
  readonly calls?: Pick<FileCalls, 'open'>
  /** Events of one project that are kept in memory while its log cannot be written. */
  readonly keeps?: number
  /** Milliseconds until a failed write is tried again, when no further event comes before. */
  readonly retryMs?: number
}

/** Events that are not in the file yet. */
interface Pending {
  events: LoggedEvent[]
  /** What had to be dropped before them; null when nothing was. */
  lost: {count: number; readonly from: number; to: number; at: number} | null
  retry: NodeJS.Timeout | null
}

/**
 * One JSON line an event, a file a project; written after the commit it tells of, never read back as truth. Events that a full disk did not take are
 * written later, in order; when there are too many, a line says how many are missing.
 */
export class FileEventLog implements EventLog {
  readonly #folder: string
  readonly #options: Required<FileEventLogOptions>
  readonly #pending = new Map<string, Pending>()
  /** Writes wait for each other, so that lines stand in the order of their revisions. */
  #last: Promise<void> = Promise.resolve()

  /** @param folder holds a folder for each project */
  constructor(folder: string, {calls = NODE_CALLS, keeps = 10_000, retryMs = 5_000}: FileEventLogOptions = {}) {
    this.#folder = folder
    this.#options = {calls, keeps, retryMs}
  }

  /** Rejects when the disk does not take them now; they are kept and written later. */
  append(project: string, events: readonly LoggedEvent[]): Promise<void> {
    this.#keep(project, events)
    return this.#flush(project)
  }

  settled(): Promise<void> {
    return this.#last
  }

  async *read(project: string): AsyncGenerator<LoggedEvent> {
    for await (const {event} of this.readOn(project, 0)) yield event
  }

  /** A place is a byte of the file. Half a line at its end is being written, or was torn by a crash. */
  async *readOn(project: string, place: number): AsyncGenerator<PlacedEvent> {
    const path = this.#path(project)
    await moveAsideUnlessFile(path)
    const stream = await streamRegular(path, place)
    if (!stream) return
    let end = place
    try {
      for await (const {text, bytes} of linesOf(stream, LINE_BYTES)) {
        end += bytes
        const event = parse(text)
        if (event) yield {event, end}
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      // Another file was put there: what is appended to it could hardly be read.
      await moveAside(path, () => false)
    }
  }

  #path(project: string): string {
    return join(this.#folder, project, 'events.jsonl')
  }

  #keep(project: string, events: readonly LoggedEvent[]): void {
    const pending = this.#pending.get(project) ?? {events: [], lost: null, retry: null}
    this.#pending.set(project, pending)
    pending.events.push(...events)
    for (const {revision, at} of pending.events.splice(0, pending.events.length - this.#options.keeps)) {
      pending.lost ??= {count: 0, from: revision, to: revision, at}
      pending.lost = {...pending.lost, count: pending.lost.count + 1, to: revision, at}
    }
  }

  #flush(project: string): Promise<void> {
    const written = this.#last.then(() => this.#writePending(project))
    this.#last = written.catch(() => {})
    return written
  }

  async #writePending(project: string): Promise<void> {
    const pending = this.#pending.get(project)
    if (!pending) return
    if (pending.retry) clearTimeout(pending.retry)
    const {events, lost} = pending
    this.#pending.delete(project)
    try {
      const lines = [...(lost ? [gap(project, lost)] : []), ...events].map((event) => `${JSON.stringify(event)}\n`)
      await this.#write(this.#path(project), lines.join(''))
    } catch (error) {
      // What came meanwhile is younger.
      const younger = this.#pending.get(project)?.events ?? []
      const retry = setTimeout(() => void this.#flush(project).catch(() => undefined), this.#options.retryMs)
      retry.unref()
      this.#pending.set(project, {events, lost, retry})
      this.#keep(project, younger)
      throw error
    }
  }

  async #write(path: string, lines: string): Promise<void> {
    await makeFolder(dirname(path))
    const file = await openToAppend(path, this.#options.calls)
    try {
      const {size} = await file.stat()
      try {
        await file.appendFile((await isTorn(file, size)) ? `\n${lines}` : lines)
      } catch (error) {
        // A full disk takes a part. It is taken back, so that no line is torn and none is written twice.
        await file.truncate(size)
        throw error
      }
    } finally {
      await file.close()
    }
  }
}

function gap(project: string, {count, from, to, at}: NonNullable<Pending['lost']>): LoggedEvent {
  return {at, project, revision: to, type: 'log.gap', agent: null, data: {lost: count, from, to}}
}

/** What is appended to half a line would be lost with it. */
async function isTorn(file: FileHandle, size: number): Promise<boolean> {
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
