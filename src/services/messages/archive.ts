import type {Clock} from '@orch/plugin-kit'
import {isOpen} from '../../domain/message.js'
import type {Recorder} from '../record/recorder.js'
import type {Archive} from '../../domain/ports/message-archive.js'
import type {Project} from '../../domain/model/project.js'
import type {Message} from '../../domain/model/message.js'

/** Settled messages that stay in the record: what `orch messages` is mostly asked for, and what rates and chains are counted by. */
const KEPT = 200
/** They leave in batches, so that a commit is not paid for each. */
const BATCH = 100
/** Milliseconds a settled message stays in any case: the rate is counted by it, and a call made again must find it. */
const STAYS_MS = 70_000

/** Keeps the record small, so that the cost of a change does not grow with what was ever said (design § 6). */
export class MessageArchiver {
  readonly #options: {readonly recorder: Recorder; readonly archive: Archive; readonly clock: Clock}

  constructor(options: {readonly recorder: Recorder; readonly archive: Archive; readonly clock: Clock}) {
    this.#options = options
  }

  /** To be called now and then. On disk in the archive first: a crash in between leaves a message in both. */
  async tick(project: Project): Promise<void> {
    const {recorder, archive, clock} = this.#options
    const old = clock.now() - STAYS_MS
    const settled = project.messages.filter((message) => !isOpen(message) && message.acceptedAt < old)
    if (settled.length < KEPT + BATCH) return
    const leaving = settled.slice(0, settled.length - KEPT)
    await archive.append(project.id, leaving)
    const ids = new Set(leaving.map(({id}) => id))
    await recorder.change(project.id, (before) => ({
      project: {...before, messages: before.messages.filter(({id}) => !ids.has(id))},
      events: [],
    }))
  }

  /** All messages of a project, oldest first; of a long one the beginning. */
  async all(project: Project): Promise<readonly Message[]> {
    const here = new Set(project.messages.map(({id}) => id))
    const gone = await this.#options.archive.read(project.id)
    return [...gone.filter(({id}) => !here.has(id)), ...project.messages]
  }
}
