import type {Clock, Logger} from '@orch/plugin-kit'
import type {Host} from '../../domain/ports/host.js'
import {storageDelayMs, type StorageWait} from '../../domain/storage.js'
import type {Project} from '../../domain/model/project.js'

interface StorageWaitsOptions {
  readonly host: Pick<Host, 'freeDisk'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Steps that wait for their disk. Kept in memory alone: a disk that takes nothing cannot take a record of it. */
export class StorageWaits {
  readonly #options: StorageWaitsOptions
  readonly #waits = new Map<string, StorageWait>()

  constructor(options: StorageWaitsOptions) {
    this.#options = options
  }

  /** Notes a failure and waits until the step should be tried again, or the signal ends the wait. @param why what could not be written */
  async wait({id, directory}: Pick<Project, 'id' | 'directory'>, why: string, signal: AbortSignal): Promise<void> {
    const {host, clock, logger} = this.#options
    const known = this.#waits.get(id)
    const freeBytes = await host.freeDisk(directory).catch(() => null)
    const wait = {project: id, why, since: known?.since ?? clock.now(), attempts: (known?.attempts ?? 0) + 1, freeBytes}
    this.#waits.set(id, wait)
    logger.warn('a step waits for disk space', {...wait})
    await clock.sleep(storageDelayMs(wait.attempts), signal).catch(() => undefined)
  }

  /** A step of the project went through. */
  over(project: string): void {
    if (this.#waits.delete(project)) this.#options.logger.info('the disk takes writes again', {project})
  }

  all(): readonly StorageWait[] {
    return [...this.#waits.values()]
  }
}
