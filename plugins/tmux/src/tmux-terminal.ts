import {randomBytes} from 'node:crypto'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {
  messageOf,
  OrchError,
  type Clock,
  type Logger,
  type PaneCommand,
  type PaneExit,
  type PaneRef,
  type PaneState,
  type ProcessRunner,
  type SendOutcome,
  type Terminal,
  type WindowRequest,
  visibleControls,
} from '@orch/plugin-kit'
import {Connection, type Reply} from './control/connection.js'
import type {Environment} from './control/server-environment.js'
import {TmuxProgram} from './control/tmux-program.js'
import {DeathWatch} from './death-watch.js'
import {findProgram} from './find-program.js'
import {literal} from './format.js'
import {guarded, guardedOutcome} from './guard.js'
import {checkKeys} from './keys.js'
import {sessionName, windowName} from './names.js'
import {checkCommand, commandWords} from './pane-command.js'
import {PaneReader} from './pane-reader.js'
import {commandLine, sequence} from './quote.js'
import {fixedSize} from './server-config.js'
import {checkId, notFound} from './targets.js'

export interface TmuxTerminalParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly processes: ProcessRunner
  /** Name of the socket, `tmux -L NAME`. */
  readonly socket: string
  /** Where the generated tmux.conf is put. */
  readonly directory: string
  /** The host's environment. */
  readonly environment: Environment
  /** Size of a window nobody has sized; 200 x 50 without it. */
  readonly columns?: number
  readonly rows?: number
  /** Milliseconds until a request is given up; 10 s without it. */
  readonly timeoutMs?: number
}

const REF_FORMAT = '#{session_id} #{window_id} #{pane_id} #{pane_pid}'

/** The capability `terminal` on a tmux server of our own. */
export class TmuxTerminal implements Terminal {
  readonly socket: string
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #environment: Environment
  readonly #timeoutMs: number
  readonly #size: {columns: number; rows: number}
  readonly #tmux: TmuxProgram
  readonly #connection: Connection
  readonly #reader: PaneReader
  readonly #watch: DeathWatch
  readonly #lostListeners = new Set<() => void>()

  constructor({clock, logger, processes, socket, directory, environment, columns = 200, rows = 50, timeoutMs = 10_000}: TmuxTerminalParts) {
    this.socket = socket
    this.#clock = clock
    this.#logger = logger
    this.#environment = environment
    this.#timeoutMs = timeoutMs
    this.#size = {columns, rows}
    const configFile = join(directory, 'tmux.conf')
    this.#tmux = new TmuxProgram(processes, clock, socket, configFile, environment)
    const onLost = () => this.#lost()
    this.#connection = new Connection({tmux: this.#tmux, clock, logger, nonce, configFile, size: this.#size, timeoutMs, onLost})
    this.#reader = new PaneReader(this.#connection, clock)
    this.#watch = new DeathWatch(() => this.#reader.read(), clock, logger)
  }

  async open(): Promise<void> {
    await this.#connection.open()
    this.#watch.start()
  }

  close(): Promise<void> {
    this.#watch.stop()
    this.#connection.close()
    return Promise.resolve()
  }

  async destroy(): Promise<void> {
    const path = await this.#connection.request(commandLine('display-message', '-p', '#{socket_path}'), 'say where its socket is', true)
    await this.close()
    await this.#connection.request(commandLine('kill-server'), 'end its server', true)
    // tmux 3.3a leaves the file behind.
    if (path.status === 'ok' && path.lines[0]) await rm(path.lines[0], {force: true})
  }

  async version(): Promise<string> {
    const version = await this.#tmux.version()
    const file = await findProgram('tmux', this.#environment['PATH'])
    return file ? `${version} (${file})` : version
  }

  async createSession(request: {name: string} & WindowRequest): Promise<PaneRef> {
    await checkCommand(request.command)
    const {columns, rows} = this.#size
    const names = ['-s', literal(sessionName(request.name)), '-n', literal(windowName(request.windowName))]
    const size = ['-x', String(columns), '-y', String(rows)]
    const command = commandLine('new-session', '-d', '-E', '-P', '-F', REF_FORMAT, ...names, ...size, ...commandWords(request.command))
    await this.open()
    let reply = await this.#connection.request(command, 'make a session')
    if (reply.status === 'no-server') {
      // It ended since it was last seen; asking has let go of it.
      await this.open()
      reply = await this.#connection.request(command, 'make a session')
    }
    const ref = this.#created(reply, 'make a session')
    // Variables given to `new-session` stay with the session: every later window would inherit the first agent's.
    const unset = Object.keys(request.command.env).map((name) => commandLine('set-environment', '-t', ref.session, '-u', name))
    // A session begins at 0 (`base-index`).
    const move = request.index ? [commandLine('move-window', '-s', ref.window, '-t', `${ref.session}:${request.index}`)] : []
    return this.#settled(ref, [...unset, ...move])
  }

  async createWindow({index, ...request}: {session: string} & WindowRequest): Promise<PaneRef> {
    const session = checkId('session', request.session)
    await checkCommand(request.command)
    const where = ['-t', `${session}:${index ?? ''}`, '-n', literal(windowName(request.windowName))]
    const command = commandLine('new-window', '-d', '-P', '-F', REF_FORMAT, ...where, ...commandWords(request.command))
    const reply = await this.#connection.request(command, 'make a window')
    if (index !== undefined && isTaken(reply)) return this.createWindow(request)
    if (isMissing(reply)) throw notFound('session', session)
    return this.#settled(this.#created(reply, 'make a window'), [])
  }

  async respawn(pane: string, command: PaneCommand): Promise<void> {
    checkId('pane', pane)
    await checkCommand(command)
    // The process before this one ended: that is told first, while tmux still knows how.
    await this.#watch.look()
    const respawn = commandLine('respawn-pane', '-t', pane, ...commandWords(command))
    const reply = await this.#connection.request(
      sequence(respawn, commandLine('display-message', '-p', '-t', pane, REF_FORMAT)),
      'respawn a pane',
    )
    if (isMissing(reply)) throw notFound('pane', pane)
    if (reply.lines.some((line) => line.includes('still active'))) {
      throw new OrchError('ORCH_REFUSED', {
        what: `A new command in the pane ${pane}`,
        why: 'the process in it is alive',
        remedy: 'End it first; a pane takes one process at a time.',
      })
    }
    this.#created(reply, 'respawn a pane')
  }

  async panes(): Promise<readonly PaneState[]> {
    const panes = await this.#reader.read()
    return panes === 'no-server' ? [] : panes
  }

  async capture(pane: string, historyLines = 0): Promise<string> {
    checkId('pane', pane)
    const from = historyLines > 0 ? ['-S', `-${Math.floor(historyLines)}`] : []
    const reply = await this.#connection.request(commandLine('capture-pane', '-p', '-t', pane, ...from), 'capture a pane', true)
    if (isMissing(reply)) throw notFound('pane', pane)
    return ok(reply, 'capture a pane').lines.join('\n').trimEnd()
  }

  paste(pane: string, text: string): Promise<SendOutcome> {
    if (text === '') return this.#send(pane, [], 'paste')
    const buffer = `orch-${nonce()}`
    const setBuffer = commandLine('set-buffer', '-b', buffer, '--', visibleControls(text))
    const action = [commandLine('paste-buffer', '-p', '-d', '-b', buffer, '-t', pane)]
    return this.#send(pane, action, 'paste', [setBuffer], [commandLine('delete-buffer', '-b', buffer)])
  }

  async pressKeys(pane: string, keys: readonly string[]): Promise<SendOutcome> {
    checkKeys(keys)
    return this.#send(pane, keys.length > 0 ? [commandLine('send-keys', '-t', pane, '--', ...keys)] : [], 'press keys')
  }

  typeText(pane: string, text: string): Promise<SendOutcome> {
    return this.#send(pane, text === '' ? [] : [commandLine('send-keys', '-l', '-t', pane, '--', visibleControls(text))], 'type text')
  }

  async killWindow(window: string): Promise<void> {
    await this.#kill('kill-window', checkId('window', window))
  }

  async killPane(pane: string): Promise<void> {
    await this.#kill('kill-pane', checkId('pane', pane))
  }

  async killSession(session: string): Promise<void> {
    await this.#kill('kill-session', checkId('session', session))
  }

  async lastClientActivity(window: string): Promise<number | null> {
    checkId('window', window)
    const command = commandLine('list-clients', '-F', '#{window_id} #{client_activity} #{client_flags}')
    const reply = await this.#connection.request(command, 'list its clients', true)
    // A supervisor's connection shows nothing to anybody: it alone asks for no output.
    const clients = reply.lines.map((line) => line.split(' ')).filter(([id, , flags]) => id === window && !flags?.includes('no-output'))
    return clients.length === 0 ? null : Math.max(...clients.map(([, seconds]) => Number(seconds) * 1000))
  }

  attachCommand(session: string, window?: string): string[] {
    return this.#tmux.attachWords(
      window === undefined ? checkId('session', session) : `${checkId('session', session)}:${checkId('window', window)}`,
    )
  }

  onExit(listener: (exit: PaneExit) => void): () => void {
    return this.#watch.onExit(listener)
  }

  onServerLost(listener: () => void): () => void {
    const own = () => listener()
    this.#lostListeners.add(own)
    return () => void this.#lostListeners.delete(own)
  }

  async #send(
    pane: string,
    action: readonly string[],
    what: string,
    before: readonly string[] = [],
    otherwise: readonly string[] = [],
  ): Promise<SendOutcome> {
    checkId('pane', pane)
    const command = sequence(...before, guarded(pane, this.#clock.now() + this.#timeoutMs, action, otherwise))
    const reply = await this.#connection.request(command, what)
    if (reply.status === 'no-server') return 'gone'
    const outcome = guardedOutcome(ok(reply, what).lines)
    if (outcome === undefined || outcome === 'late')
      throw new OrchError('ORCH_TMUX', {what, stderr: 'it came to the request too late and did nothing'})
    return outcome
  }

  async #kill(command: 'kill-window' | 'kill-pane' | 'kill-session', target: string): Promise<void> {
    const reply = await this.#connection.request(commandLine(command, '-t', target), command)
    if (!isMissing(reply)) ok(reply, command)
    await this.#watch.look()
  }

  /** What a new window needs before anybody is told of it. */
  async #settled(ref: PaneRef, commands: readonly string[]): Promise<PaneRef> {
    const reply = await this.#connection.request(sequence(...commands, fixedSize(ref.window, this.#size)), 'set up a window', true)
    // Gone already: that is told as its end.
    if (!isMissing(reply)) ok(reply, 'set up a window')
    return ref
  }

  #created(reply: Reply, what: string): PaneRef {
    const [session, window, pane, pid] = ok(reply, what).lines.at(-1)?.split(' ') ?? []
    if (!session || !window || !pane || !pid) throw new OrchError('ORCH_TMUX', {what, stderr: `it answered ${JSON.stringify(reply.lines)}`})
    const ref = {session, window, pane}
    this.#watch.add(ref, Number(pid))
    return ref
  }

  #lost(): void {
    this.#watch.stop()
    for (const listener of [...this.#lostListeners]) {
      try {
        listener()
      } catch (error) {
        this.#logger.error('tmux: a listener of the lost server failed', {error: messageOf(error)})
      }
    }
  }
}

/** Somebody has a window in that place. */
function isTaken({status, lines}: Reply): boolean {
  return status === 'failed' && lines.some((line) => /index \d+ in use/.test(line))
}

function nonce(): string {
  return randomBytes(9).toString('base64url').replaceAll('-', '.')
}

function ok(reply: Reply, what: string): Reply {
  if (reply.status === 'ok') return reply
  throw new OrchError('ORCH_TMUX', {what, stderr: reply.status === 'no-server' ? 'no server is running' : reply.lines.join('\n')})
}

/** Whether the target was not there, or no server to look in. */
function isMissing(reply: Reply): boolean {
  return (
    reply.status === 'no-server' ||
    (reply.status === 'failed' && reply.lines.some((line) => /^can't find (?:pane|window|session)/.test(line)))
  )
}
