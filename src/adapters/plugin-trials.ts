import {renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {makeFolderSync} from '@orch/plugin-kit/files'
import type {Trial} from '../domain/plugin-trial.js'
import {draftOf} from './durable-file.js'
import {readRegularSync} from './read-regular-sync.js'

/** Bytes of a record at most. */
const LONGEST = 1_000_000
/** Milliseconds for which a trial says something of the next start: the code of a linked plugin may change without a new version. */
const FRESH_MS = 30_000

/** The last trial of a set of plugins, kept in the state directory for the supervisor that is started with it. */
export class PluginTrials {
  readonly #file: string

  /** @param data the state directory */
  constructor(data: string) {
    this.#file = join(data, 'plugin-trial.json')
  }

  /** Without the record, on a full disk for instance, the next start finds out for itself. */
  keep(trial: Trial): void {
    try {
      makeFolderSync(join(this.#file, '..'))
      const draft = draftOf(this.#file)
      writeFileSync(draft, JSON.stringify(trial), {mode: 0o600})
      renameSync(draft, this.#file)
    } catch {
      // See above.
    }
  }

  /** @returns the last trial if it was of these plugins, a moment ago; null otherwise */
  find(digest: string): Trial | null {
    try {
      const trial = JSON.parse(readRegularSync(this.#file, LONGEST)) as Trial
      const age = Date.now() - trial.at
      return trial.digest === digest && age >= 0 && age < FRESH_MS && Array.isArray(trial.leftOut) ? trial : null
    } catch {
      return null
    }
  }

  /** The same, for one start: the one after it tries every plugin again. */
  take(digest: string): Trial | null {
    const trial = this.find(digest)
    try {
      rmSync(this.#file, {force: true})
    } catch {
      // It grows old by itself.
    }
    return trial
  }
}
