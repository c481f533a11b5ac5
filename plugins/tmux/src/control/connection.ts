import {access, rename, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {OrchError, messageOf, type Clock, type Logger, type RunResult} from '@orch/plugin-kit'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import {commandLine, sequence} from '../quote.js'
import {fixedSize, serverOptions, type Size} from '../server-config.js'
import {ControlClient} from './control-client.js'
import {saysNoServer, type TmuxProgram} from './tmux-program.js'

/** What tmux answered: its output, or its error. `no-server`: there is nobody to ask. */
export interface Reply {
  readonly status: 'ok' | 'failed' | 'no-server'
  readonly lines: readonly string[]
}

export interface ConnectionParts {
  readonly tmux: TmuxProgram
  readonly clock: Clock
  readonly logger: Logger
  readonly nonce: () => string
  readonly configFile: string
  readonly size: Size
  /** Milliseconds until a request is given up. */
  readonly timeoutMs: number
  /** Called once for each server that was there and is gone. */
  readonly onLost: () => void
}

/** Milliseconds between attempts to connect again: the first, and the longest. */
const RETRY_MS = {first: 100, longest: 5_000}

/** Milliseconds between two looks whether the socket's file is there. */
const SOCKET_LOOK_MS = 30_000

/** The way to our tmux server: starts it, keeps a control mode client, and falls back to single calls while that is broken. */
export class Connection {
  readonly #parts: ConnectionParts
  #client: ControlClient | undefined
  #opening: Promise<void> | undefined
  /** Aborted when the server is let go or lost: what is still under way for it stops. */
  #epoch = new AbortController()

  constructor(parts: ConnectionParts) {
    this.#parts = parts
  }

  /** Starts the server when there is none, and connects. @throws ORCH_TMUX, ORCH_TOOL_MISSING */
  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  /** Lets go of the server. */
  close(): void {
    this.#end()
  }

  /**
   * @param command one command line
   * @param what it is for, to complete "tmux could not …"
   * @param repeatable whether it does no harm when done twice; it is then asked again after the connection broke
   * @throws ORCH_TMUX when there was no answer in time, or the connection broke and nobody knows whether it was done
   */
  async request(command: string, what: string, repeatable = false): Promise<Reply> {
    const answer = (await this.#client?.ask(command, this.#parts.timeoutMs)) ?? {kind: 'broken', sent: false}
    if (answer.kind === 'answered') return {status: answer.ok ? 'ok' : 'failed', lines: answer.lines}
    if (answer.kind === 'late') throw this.#tooLate(what)
    if (!answer.sent || repeatable) return this.#single(command, what)
    const probe = await this.#single(commandLine('display-message', '-p', ''), what)
    if (probe.status === 'no-server') return probe
    throw new OrchError('ORCH_TMUX', {what, stderr: 'the connection broke before it answered'})
  }

  async #open(): Promise<void> {
    const {tmux, configFile, size} = this.#parts
    await tmux.version()
    await writeConfiguration(configFile, `${serverOptions(size).join('\n')}\n`)
    await this.#attach(true)
  }

  /** Makes sure of the keeper's session, connects to it, and sets the server up. */
  async #attach(mayStart: boolean): Promise<'attached' | 'no-server'> {
    const {tmux, clock, nonce, size, timeoutMs} = this.#parts
    const {signal} = this.#epoch
    let kept = await tmux.keep(size, timeoutMs)
    if (saysNoServer(kept)) {
      if (!mayStart) return 'no-server'
      kept = await tmux.start(size, timeoutMs)
    }
    if (kept.timedOut) throw this.#tooLate('start a server')
    if (kept.exitCode !== 0 && !/^duplicate session/m.test(kept.stderr)) {
      throw new OrchError('ORCH_TMUX', {what: 'start a server', stderr: kept.stderr})
    }
    const client = new ControlClient(tmux.control(), clock, nonce)
    try {
      const hello = await client.ask('', timeoutMs)
      if (hello.kind === 'late') throw this.#tooLate('connect')
      if (hello.kind === 'broken') throw new OrchError('ORCH_TMUX', {what: 'connect', stderr: 'the control mode client ended'})
      if (signal.aborted) throw new OrchError('ORCH_TMUX', {what: 'connect', stderr: 'it was let go meanwhile'})
      this.#client = client
      await this.#setUp()
    } catch (error) {
      if (this.#client === client) this.#client = undefined
      client.close()
      throw error
    }
    void this.#recover(client, signal)
    void this.#keepSocket(client, signal)
    return 'attached'
  }

  /**
   * Puts the server in order, however it was started and wherever orch was interrupted: the options again, a fixed size for windows that
   * have none, and an empty global environment, which every pane would inherit.
   */
  async #setUp(): Promise<void> {
    const {size, logger} = this.#parts
    const options = await this.request(sequence(...serverOptions(size)), 'set its options', true)
    if (options.status === 'failed') logger.warn('tmux refused an option', {error: options.lines.join('\n')})
    const windows = await this.request(commandLine('list-windows', '-a', '-F', '#{window-size} #{window_id}'), 'list its windows', true)
    for (const [mode, window] of windows.lines.map((line) => line.split(' '))) {
      if (window && mode !== 'manual') await this.request(fixedSize(window, size), 'size a window', true)
    }
    const environment = await this.request(commandLine('show-environment', '-g'), 'show its environment', true)
    const names = environment.lines.map((line) => /^(\w+)=/.exec(line)?.[1]).filter((name) => name !== undefined)
    if (names.length === 0) return
    const unset = names.map((name) => commandLine('set-environment', '-g', '-u', name))
    await this.request(sequence(...unset), 'clear its environment', true)
  }

  /** Waits for the end of a client, then connects again or finds that the server is gone. A slow server is not a dead one. */
  async #recover(client: ControlClient, signal: AbortSignal): Promise<void> {
    await client.ended
    if (signal.aborted) return
    this.#client = undefined
    for (let wait = RETRY_MS.first; !signal.aborted; wait = Math.min(2 * wait, RETRY_MS.longest)) {
      try {
        if ((await this.#attach(false)) === 'no-server' && !signal.aborted) this.#lose()
        return
      } catch (error) {
        if (!signal.aborted) this.#parts.logger.warn('tmux: the control connection broke, trying again', {error: String(error), inMs: wait})
      }
      await this.#parts.clock.sleep(wait, signal).catch(() => {})
    }
  }

  /** Cleaners of temporary folders delete sockets. The server makes its own again on SIGUSR1, and only through this connection can it still be told. */
  async #keepSocket(client: ControlClient, signal: AbortSignal): Promise<void> {
    const path = await this.request(commandLine('display-message', '-p', '#{socket_path}'), 'say where its socket is', true).catch(
      () => undefined,
    )
    const socket = path?.lines[0]
    while (socket && !signal.aborted && this.#client === client) {
      if (await isMissing(socket)) await client.ask(commandLine('run-shell', '-b', 'kill -USR1 #{pid}'), this.#parts.timeoutMs)
      await this.#parts.clock.sleep(SOCKET_LOOK_MS, signal).catch(() => {})
    }
  }

  #lose(): void {
    if (!this.#opening) return
    this.#end()
    this.#parts.onLost()
  }

  #end(): void {
    this.#epoch.abort()
    this.#epoch = new AbortController()
    this.#opening = undefined
    this.#client?.close()
    this.#client = undefined
  }

  /** One call of the program, for when there is no control connection. */
  async #single(command: string, what: string): Promise<Reply> {
    const result: RunResult = await this.#parts.tmux.run(command, this.#parts.timeoutMs)
    if (result.timedOut) throw this.#tooLate(what)
    if (saysNoServer(result)) {
      if (!this.#client) this.#lose()
      return {status: 'no-server', lines: []}
    }
    if (result.exitCode !== 0) return {status: 'failed', lines: result.stderr.trimEnd().split('\n')}
    return {status: 'ok', lines: result.stdout === '' ? [] : result.stdout.replace(/\n$/, '').split('\n')}
  }

  #tooLate(what: string): OrchError<'ORCH_TMUX'> {
    return new OrchError('ORCH_TMUX', {what, stderr: `it did not answer within ${this.#parts.timeoutMs} ms`})
  }
}

/** Not where it is the same already, and whole at any moment: tmux may read it while the disk is full. @throws ORCH_STATE */
async function writeConfiguration(path: string, text: string): Promise<void> {
  if ((await readBoundedText(path, {maxBytes: Buffer.byteLength(text)}).catch(() => null)) === text) return
  await makeFolder(dirname(path))
  const draft = `${path}.${process.pid}.tmp`
  try {
    await rm(draft, {force: true, recursive: true})
    await writeFile(draft, text, {flag: 'wx', mode: 0o600})
    await rename(draft, path)
  } catch (error) {
    await rm(draft, {force: true, recursive: true}).catch(() => undefined)
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    throw new OrchError('ORCH_STATE', {path, why: messageOf(error), remedy: `Move ${path} away.`}, {cause: error})
  }
}

function isMissing(file: string): Promise<boolean> {
  return access(file).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  )
}
