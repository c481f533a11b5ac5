import {OrchError} from '@orch/plugin-kit'
import type {Files} from '../../src/domain/ports/files.js'

/** Files in memory. A folder is what was made, or what holds something. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, Uint8Array>()
  readonly #folders = new Set<string>()
  /** Every path written, in order. */
  readonly written: string[] = []
  /** Milliseconds UTC, where a test says so. */
  readonly changedAt = new Map<string, number>()

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) this.put(path, content)
  }

  put(path: string, content: string | Uint8Array): void {
    this.#files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content)
  }

  /** @throws when there is no such file */
  text(path: string): string {
    const bytes = this.#files.get(path)
    if (!bytes) throw new Error(`no file ${path}; there are: ${[...this.#files.keys()].join(', ')}`)
    return new TextDecoder().decode(bytes)
  }

  async readText(path: string): Promise<string | null> {
    return this.#files.has(path) ? this.text(path) : null
  }

  async readBytes(path: string, maxBytes = Infinity): Promise<Uint8Array | null> {
    const bytes = this.#files.get(path) ?? null
    if (bytes && bytes.length > maxBytes) throw new OrchError('ORCH_FILE', {path, why: `it is larger than ${maxBytes / 1024 / 1024} MB`})
    return bytes
  }

  async writePrivate(path: string, content: string): Promise<void> {
    this.written.push(path)
    this.put(path, content)
  }

  async makeFolder(path: string): Promise<void> {
    this.#folders.add(path)
  }

  async facts(path: string): Promise<{size: number; changedAt: number} | null> {
    const bytes = this.#files.get(path)
    return bytes ? {size: bytes.length, changedAt: this.changedAt.get(path) ?? 0} : null
  }

  async exists(path: string): Promise<boolean> {
    return this.#files.has(path) || this.isFolder(path)
  }

  async names(folder: string): Promise<string[]> {
    const inside = [...this.#files.keys(), ...this.#folders].filter((path) => path.startsWith(`${folder}/`))
    return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0]!))].sort()
  }

  async remove(path: string): Promise<void> {
    this.#files.delete(path)
  }

  async isFolder(path: string): Promise<boolean> {
    return this.#folders.has(path) || [...this.#files.keys()].some((file) => file.startsWith(`${path}/`))
  }

  async realPath(path: string): Promise<string> {
    return path
  }
}
