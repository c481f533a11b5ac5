import {join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import type {Files} from '../domain/files.js'

/** Repositories this person trusts, by the realpath of their git directory; kept with the user's configuration, never in a repository. */
export class TrustFile {
  readonly #path: string
  readonly #files: Files

  constructor(configFolder: string, files: Files) {
    this.#path = join(configFolder, 'trusted.json')
    this.#files = files
  }

  async has(commonDir: string): Promise<boolean> {
    return (await this.#read()).includes(commonDir)
  }

  async add(commonDir: string): Promise<void> {
    const known = await this.#read()
    if (!known.includes(commonDir)) await this.#files.writePrivate(this.#path, `${JSON.stringify([...known, commonDir], null, 2)}\n`)
  }

  async #read(): Promise<string[]> {
    const text = await this.#files.readText(this.#path)
    if (text === null) return []
    const known = parse(text)
    if (Array.isArray(known) && known.every((entry) => typeof entry === 'string')) return known
    throw new OrchError('ORCH_CONFIG', {
      problems: [`${this.#path}: it must hold a JSON list of folders. Mend it, or remove it: trusted repositories are asked for again.`],
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
