import type {Logger} from '@orch/plugin-kit'
import type {EventLog} from '../../domain/event.js'
import {loggedSince, takeUpOlderRecord} from '../../domain/fallback.js'
import {isOpen} from '../../domain/message.js'
import type {Fallback, Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {Recorder} from '../record/recorder.js'
import type {Archive} from '../../domain/ports/message-archive.js'

interface FallbacksOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly log: EventLog
  readonly archive: Pick<Archive, 'read'>
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly logger: Logger
}

/** Looks after projects that were opened from an older generation of their record. */
export class Fallbacks {
  readonly #options: FallbacksOptions

  constructor(options: FallbacksOptions) {
    this.#options = options
  }

  /** Restores accepted messages and opens an incident for each; before anything else changes a record. */
  async takeUpAll(): Promise<void> {
    for (const fallback of this.#options.store.fallbacks()) {
      await this.#takeUp(fallback).catch((error: unknown) =>
        this.#options.logger.error('an older record cannot be completed', {project: fallback.id, error}),
      )
    }
  }

  /** Receipts that the lost generation knew stand in the transcripts; before anything is delivered. */
  async readReceipts(): Promise<void> {
    for (const {id} of this.#options.store.fallbacks()) await this.#options.watch.readTranscripts(id)
  }

  async #takeUp(fallback: Fallback): Promise<void> {
    const {store, recorder, log, archive} = this.#options
    const project = store.project(fallback.id)
    if (!project) return
    const since = await loggedSince(project, log.read(project.id))
    const kept = (await archive.read(project.id)).filter(isOpen)
    await recorder.change(project.id, (before, now) => takeUpOlderRecord(before, fallback, since, kept, now))
  }
}
