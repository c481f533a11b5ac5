import type {Clock, ProcessRunner, RunningProcess, RunResult} from '@orch/plugin-kit'
import type {Channel} from './sdk.js'

/** Milliseconds a server gets to leave when its input is closed, and again after SIGTERM (MCP specification, "Lifecycle: Shutdown"). */
const PATIENCE_MS = 1_500
/** Bytes of standard error that are kept. */
const STDERR_BYTES = 8_192

export interface StdioServer {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** A server as a program of ours: JSON-RPC, a message a line, over its standard input and output. */
export class StdioChannel implements Channel {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: object) => void
  readonly #processes: ProcessRunner
  readonly #clock: Clock
  readonly #server: StdioServer
  #process: RunningProcess | undefined
  #closing: Promise<void> | undefined
  #result: RunResult | undefined
  #early: RunResult | undefined
  #stray: string | null = null

  constructor({processes, clock}: {processes: ProcessRunner; clock: Clock}, server: StdioServer) {
    this.#processes = processes
    this.#clock = clock
    this.#server = server
  }

  /** How it ended; undefined while it runs. */
  get result(): RunResult | undefined {
    return this.#result
  }

  /** How it ended before orch asked it to; undefined when it did not. */
  get endedEarly(): RunResult | undefined {
    return this.#early
  }

  /** The first line it wrote that is no message; null when there was none. */
  get stray(): string | null {
    return this.#stray
  }

  async start(): Promise<void> {
    const {command, args, cwd, env} = this.#server
    this.#process = this.#processes.start(command, args, {cwd, env, maxBuffer: STDERR_BYTES})
    this.#process.onLine((line) => this.#read(line))
    void this.#process.ended.then((result) => {
      this.#result = result
      if (!this.#closing) this.#early = result
      this.onclose?.()
    })
  }

  async send(message: object): Promise<void> {
    this.#process?.write(`${JSON.stringify(message)}\n`)
  }

  /** Ends the program: its input is closed, then SIGTERM, then SIGKILL. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end())
  }

  async #end(): Promise<void> {
    const running = this.#process
    if (!running) return
    running.end()
    if (await this.#ended(running)) return
    running.kill('SIGTERM')
    if (await this.#ended(running)) return
    running.kill('SIGKILL')
    await this.#ended(running)
  }

  async #ended(running: RunningProcess): Promise<boolean> {
    const enough = new AbortController()
    const late = this.#clock.sleep(PATIENCE_MS, enough.signal).then(
      () => false,
      () => true,
    )
    const ended = running.ended.then(() => true)
    const first = await Promise.race([ended, late])
    enough.abort(new Error('ended'))
    return first
  }

  #read(line: string): void {
    try {
      const message: unknown = JSON.parse(line)
      if (typeof message === 'object' && message !== null) return this.onmessage?.(message)
    } catch {
      // Told below.
    }
    if (line.trim() !== '') this.#stray ??= line
  }
}
