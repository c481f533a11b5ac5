import {randomUUID} from 'node:crypto'
import {chmod, open, realpath, rename, stat, unlink, writeFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {OrchError, hasCode, messageOf, type Clock} from '@orch/plugin-kit'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import {holdingConfigLock} from './config-lock.js'

/** It holds the history of prompts of each project; 64 MB would take Claude Code itself seconds at each start. */
const MOST_BYTES = 64 * 1024 * 1024

export type ClaudeConfig = Readonly<Record<string, unknown>>

/** Claude Code's own file of state and trust: `~/.claude.json`, or `.claude.json` in CLAUDE_CONFIG_DIR. */
export class ClaudeConfigFile {
  readonly path: string
  readonly #backups: string
  readonly #clock: Clock

  constructor(env: Readonly<Record<string, string>>, clock: Clock) {
    const home = env['HOME'] ?? homedir()
    this.path = join(env['CLAUDE_CONFIG_DIR'] ?? home, '.claude.json')
    this.#backups = join(env['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude'), 'backups')
    this.#clock = clock
  }

  /** @returns {} when there is none. @throws ORCH_STATE when it is not a JSON object: it is the user's and must not be replaced */
  async read(): Promise<ClaudeConfig> {
    const text = await this.#text()
    if (text === null) return {}
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ClaudeConfig
      throw new Error('it is not a JSON object')
    } catch (error) {
      throw this.#unusable(messageOf(error))
    }
  }

  /**
   * Changes the file under Claude Code's own lock, in one step, keeping its mode, a symbolic link, and a copy of what was there where Claude
   * Code keeps its own.
   * @param change gives the new content; the same object means there is nothing to write
   * @throws ORCH_STATE, ORCH_CLASH
   */
  async update(change: (config: ClaudeConfig) => ClaudeConfig): Promise<void> {
    await makeFolder(dirname(this.path), 0o777)
    const target = await realpath(this.path).catch(() => this.path)
    await holdingConfigLock(target, this.#clock, async () => {
      const before = await this.read()
      const after = change(before)
      if (after === before) return
      await this.#backUp()
      await this.#replace(target, `${JSON.stringify(after, null, 2)}\n`)
    })
  }

  async #text(): Promise<string | null> {
    return readBoundedText(this.path, {maxBytes: MOST_BYTES}).catch((error: unknown) => {
      throw this.#unusable(hasCode(error, 'ORCH_FILE') ? error.details.why : messageOf(error))
    })
  }

  async #backUp(): Promise<void> {
    const text = await this.#text()
    if (text === null) return
    await makeFolder(this.#backups)
    await writeFile(join(this.#backups, `${basename(this.path)}.backup.${this.#clock.now()}`), text, {mode: 0o600})
  }

  async #replace(target: string, text: string): Promise<void> {
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => 0o600,
    )
    const draft = `${target}.tmp.${process.pid}.${randomUUID().slice(0, 12)}`
    try {
      const file = await open(draft, 'wx', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await chmod(draft, mode)
      await rename(draft, target)
    } catch (error) {
      await unlink(draft).catch(() => undefined)
      throw this.#unusable(messageOf(error))
    }
  }

  #unusable(why: string): OrchError {
    return new OrchError('ORCH_STATE', {path: this.path, why, remedy: `Fix it; Claude Code keeps copies in ${this.#backups}.`})
  }
}
