import type {Logger} from '@orch/plugin-kit'
import type {OwnFile} from '../../domain/own-file.js'

interface OwnFilesOptions {
  readonly files: readonly OwnFile[]
  readonly logger: Logger
}

/** Makes again what vanished or was replaced while the supervisor runs. */
export class OwnFiles {
  readonly #options: OwnFilesOptions
  /** What could not be made again; each is logged once until it can. */
  readonly #failing = new Set<string>()
  /** What a supervisor makes at its start is no loss. */
  #isFirst = true
  #looking: Promise<void> | undefined

  constructor(options: OwnFilesOptions) {
    this.#options = options
  }

  /** Looks at everything once. A look that is under way is shared. Never rejects. */
  tick(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #lookAtAll(): Promise<void> {
    for (const file of this.#options.files) await this.#lookAt(file)
    this.#isFirst = false
  }

  async #lookAt(file: OwnFile): Promise<void> {
    const {logger} = this.#options
    try {
      if (await file.isIntact()) return
      await file.restore()
      if (!this.#isFirst) logger.warn('something of orch was gone or replaced, and is made again', {what: file.name})
      this.#failing.delete(file.name)
    } catch (error) {
      if (!this.#failing.has(file.name))
        logger.error('something of orch is gone or replaced, and cannot be made again', {what: file.name, error})
      this.#failing.add(file.name)
    }
  }
}
