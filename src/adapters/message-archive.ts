import {dirname, join} from 'node:path'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import {openToAppend} from './open-to-append.js'
import type {Message} from '../domain/model/message.js'
import {message} from './migrations/rename.js'
import type {StoredRecord} from './migrations/stored-record.js'

/** Half of what a string of Node can hold. */
const MOST_BYTES = 256 * 1024 * 1024

/** Messages outside the hot record, a file a project: a JSON line when one is accepted, another when it is settled and leaves the record. The last line counts. */
export class MessageArchive {
  readonly #folder: string

  /** @param folder holds a folder for each project */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** They are on disk when it resolves. */
  async append(project: string, messages: readonly Message[]): Promise<void> {
    const path = this.#path(project)
    await makeFolder(dirname(path))
    // The line break before them ends a line that a crash tore.
    const file = await openToAppend(path)
    try {
      await file.appendFile(`\n${messages.map((message) => JSON.stringify(message)).join('\n')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /** Oldest first. */
  async read(project: string): Promise<Message[]> {
    const text = (await readBoundedText(this.#path(project), {maxBytes: MOST_BYTES})) ?? ''
    const byId = new Map(
      text
        .split('\n')
        .flatMap((line) => parse(line))
        .map((message) => [message.id, message]),
    )
    return [...byId.values()]
  }

  #path(project: string): string {
    return join(this.#folder, project, 'messages.jsonl')
  }
}

function parse(line: string): Message[] {
  try {
    // Lines have no number of their shape: an earlier one has earlier names.
    return line === '' ? [] : [message(JSON.parse(line) as StoredRecord) as unknown as Message]
  } catch {
    return []
  }
}
