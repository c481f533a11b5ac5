import {join} from 'node:path'
import {OrchError, type RepositoryFacts} from '@orch/plugin-kit'
import type {Files} from '../domain/ports/files.js'
import {isTrusted, trustEntryOf, type TrustEntry} from '../domain/trust.js'

/** Repositories this person trusts, by real paths; kept with the user's configuration, never in a repository. */
export class TrustFile {
  readonly #path: string
  readonly #files: Files

  constructor(configFolder: string, files: Files) {
    this.#path = join(configFolder, 'trusted.json')
    this.#files = files
  }

  async has(repository: RepositoryFacts): Promise<boolean> {
    return isTrusted(await this.#read(), repository)
  }

  async add(repository: RepositoryFacts): Promise<void> {
    const known = await this.#read()
    if (isTrusted(known, repository)) return
    await this.#files.writePrivate(this.#path, `${JSON.stringify([...known, trustEntryOf(repository)], null, 2)}\n`)
  }

  async #read(): Promise<TrustEntry[]> {
    const text = await this.#files.readText(this.#path)
    if (text === null) return []
    const known = parse(text)
    if (Array.isArray(known) && known.every(isEntry)) return known
    throw new OrchError('ORCH_CONFIG', {
      problems: [`${this.#path}: it must hold a JSON list of folders. Fix it, or remove it: trusted repositories are asked for again.`],
    })
  }
}

function isEntry(value: unknown): value is TrustEntry {
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null) return false
  const {root, commonDir} = value as Record<string, unknown>
  return typeof root === 'string' && typeof commonDir === 'string'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
