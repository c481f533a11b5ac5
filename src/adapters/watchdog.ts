import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {readBoundedText} from '@orch/plugin-kit/files'
import type {ProcessIdentity} from '@orch/plugin-kit'
import type {OwnFile} from '../domain/own-file.js'
import {replaceFile} from './durable-file.js'
import {moveAside} from './move-aside.js'

interface WatchdogOptions {
  /** The state directory. */
  readonly data: string
  /** bin/watchdog.sh and what it needs, of this version. */
  readonly argv: readonly string[]
  readonly identify: (pid: number) => Promise<ProcessIdentity | null>
}

/** Bytes of the record at most: a path and two numbers. */
const LONGEST = 10_000

/** The process that starts the supervisor again: one a state directory, of the version of the supervisor that runs. */
export class Watchdog implements OwnFile {
  readonly name = 'the watchdog'
  readonly #options: WatchdogOptions
  readonly #record: string

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.#record = join(options.data, 'watchdog.pid')
  }

  async isIntact(): Promise<boolean> {
    const text = await readBoundedText(this.#record, {maxBytes: LONGEST}).catch(() => null)
    const [, pid, startedAt, program] = /^(\d+) (\S+) (.+)\n$/.exec(text ?? '') ?? []
    if (pid === undefined || program !== this.#program) return false
    return (await this.#options.identify(Number(pid)))?.startedAt === startedAt
  }

  /** Starts one. An earlier one ends when it finds that the record names another. */
  async restore(): Promise<void> {
    const {data, argv, identify} = this.#options
    // Its environment names the state directory, as that of every process of orch.
    const env = {PATH: process.env['PATH'] ?? '/usr/bin:/bin', ORCH_DATA_DIR: data}
    const child = spawn('/bin/sh', [...argv], {cwd: '/', detached: true, env, stdio: 'ignore'})
    await once(child, 'spawn')
    child.unref()
    const identity = await identify(child.pid!)
    if (!identity) return
    await moveAside(this.#record, (found) => !found.isDirectory())
    await replaceFile(this.#record, `${identity.pid} ${identity.startedAt} ${this.#program}\n`)
  }

  /** What it left to say about starts that failed. */
  async forgetFailure(): Promise<void> {
    await rm(join(this.#options.data, 'start-failure.json'), {force: true, recursive: true})
  }

  get #program(): string {
    return this.#options.argv[0]!
  }
}
