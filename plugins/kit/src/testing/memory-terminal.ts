import type {ExitStatus, PaneCommand, PaneExit, PaneRef, PaneState, SendOutcome, Terminal, WindowRequest} from '../capabilities/terminal.js'
import {OrchError} from '../errors/index.js'
import {MEMORY_PROGRAMS, type MemoryInput, type MemoryProgram} from './memory-programs.js'
import {visibleControls} from '../text/index.js'
import {checkCommand, checkKeys, refused, visibleName} from './memory-terminal-rules.js'

export interface MemoryTerminalOptions {
  /** Programs by the first word of argv without its folder, beside MEMORY_PROGRAMS. */
  readonly programs?: Readonly<Record<string, MemoryProgram>>
  /** Whether a folder is there; every folder is, without it. */
  readonly folderExists?: (path: string) => boolean
  readonly columns?: number
  readonly rows?: number
}

interface Pane {
  state: PaneState
  command: PaneCommand
  /** Of its window in the session. */
  readonly index: number
  screen: string
  readonly sent: MemoryInput[]
  listeners: ((input: MemoryInput) => void)[]
}

/** A server's panes and who listens; several MemoryTerminals may share one. */
interface Server {
  panes: Map<string, Pane>
  next: {session: number; window: number; pid: number}
  readonly clients: Set<MemoryTerminal>
  readonly activity: Map<string, number>
}

const UNKNOWN: ExitStatus = {code: null, signal: null}

/** The capability `terminal` in memory: programs are functions, time plays no part, and a test can look into and act on every pane. */
export class MemoryTerminal implements Terminal {
  readonly socket = 'memory'
  readonly #options: MemoryTerminalOptions
  readonly #server: Server
  readonly #exitListeners = new Set<(exit: PaneExit) => void>()
  readonly #lostListeners = new Set<() => void>()

  constructor(options: MemoryTerminalOptions = {}, server?: Server) {
    this.#options = options
    this.#server = server ?? {panes: new Map(), next: {session: 0, window: 0, pid: 1000}, clients: new Set(), activity: new Map()}
  }

  /** Another client of the same server, as after a restart of the supervisor. */
  sibling(): MemoryTerminal {
    return new MemoryTerminal(this.#options, this.#server)
  }

  /** What was pasted, typed and pressed into a pane, oldest first. */
  sent(pane: string): readonly MemoryInput[] {
    return this.#pane(pane).sent
  }

  /** Writes to a pane's screen, as its program would. */
  print(pane: string, text: string): void {
    this.#pane(pane).screen += text
  }

  /** Ends the process of a pane. @param exit how; well without it */
  end(pane: string, exit: Partial<ExitStatus> = {}): void {
    const entry = this.#pane(pane)
    if (entry.state.dead) return
    const status = {code: exit.code ?? (exit.signal ? null : 0), signal: exit.signal ?? null}
    entry.state = {...entry.state, dead: true, exit: status}
    entry.listeners = []
    this.#tell(entry.state, status)
  }

  /** Puts a pane into copy mode, or out of it. */
  setInMode(pane: string, inMode: boolean): void {
    const entry = this.#pane(pane)
    entry.state = {...entry.state, inMode}
  }

  /** Lets a client show a window. @param at milliseconds UTC of its last key; null: no client shows it */
  setClientActivity(window: string, at: number | null): void {
    if (at === null) this.#server.activity.delete(window)
    else this.#server.activity.set(window, at)
  }

  /** Ends the server with everything in it, as a crash would. Ids begin again with the next. */
  dropServer(): void {
    const clients = [...this.#server.clients]
    this.#server.panes.clear()
    this.#server.activity.clear()
    this.#server.clients.clear()
    this.#server.next = {...this.#server.next, session: 0, window: 0}
    for (const client of clients) for (const listener of client.#lostListeners) queueMicrotask(listener)
  }

  open(): Promise<void> {
    if (this.#server.clients.has(this)) return Promise.resolve()
    this.#server.clients.add(this)
    for (const listener of this.#exitListeners) this.#replay(listener)
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#server.clients.delete(this)
    return Promise.resolve()
  }

  async destroy(): Promise<void> {
    await this.close()
    this.dropServer()
  }

  version(): Promise<string> {
    return Promise.resolve('tmux 3.3a')
  }

  async createSession(request: {name: string} & WindowRequest): Promise<PaneRef> {
    this.#check(request.command)
    await this.open()
    const sessionName = visibleName(request.name).replace(/[.:]/g, '_')
    if (this.#states().some((state) => state.sessionName === sessionName)) {
      throw new OrchError('ORCH_TMUX', {what: 'make a session', stderr: `duplicate session: ${sessionName}`})
    }
    return this.#create(`$${this.#server.next.session++}`, sessionName, request)
  }

  async createWindow(request: {session: string} & WindowRequest): Promise<PaneRef> {
    this.#check(request.command)
    const sibling = this.#states().find((state) => state.session === request.session)
    if (!sibling) throw new OrchError('ORCH_NOT_FOUND', {what: 'tmux session', name: request.session})
    return this.#create(request.session, sibling.sessionName, request)
  }

  async respawn(pane: string, command: PaneCommand): Promise<void> {
    this.#check(command)
    const entry = this.#pane(pane)
    if (!entry.state.dead) throw refused(`A new command in the pane ${pane}`, 'the process in it is alive')
    entry.state = {...entry.state, dead: false, exit: null, inMode: false, pid: this.#server.next.pid++}
    entry.command = command
    this.#run(entry)
  }

  panes(): Promise<PaneState[]> {
    return Promise.resolve(this.#states())
  }

  async capture(pane: string, historyLines = 0): Promise<string> {
    const {screen, state} = this.#pane(pane)
    return screen
      .trimEnd()
      .split('\n')
      .slice(-(state.rows + historyLines))
      .join('\n')
  }

  paste(pane: string, text: string): Promise<SendOutcome> {
    return this.#send(pane, {kind: 'paste', text: visibleControls(text)})
  }

  async pressKeys(pane: string, keys: readonly string[]): Promise<SendOutcome> {
    checkKeys(keys)
    return this.#send(pane, {kind: 'keys', keys})
  }

  typeText(pane: string, text: string): Promise<SendOutcome> {
    return this.#send(pane, {kind: 'text', text: visibleControls(text)})
  }

  async killWindow(window: string): Promise<void> {
    this.#remove((state) => state.window === window)
  }

  async killPane(pane: string): Promise<void> {
    this.#remove((state) => state.pane === pane)
  }

  async killSession(session: string): Promise<void> {
    this.#remove((state) => state.session === session)
  }

  lastClientActivity(window: string): Promise<number | null> {
    return Promise.resolve(this.#server.activity.get(window) ?? null)
  }

  attachCommand(session: string, window?: string): string[] {
    return [
      'env',
      '-u',
      'TMUX_TMPDIR',
      'tmux',
      '-N',
      '-L',
      this.socket,
      'attach-session',
      '-t',
      window === undefined ? session : `${session}:${window}`,
    ]
  }

  onExit(listener: (exit: PaneExit) => void): () => void {
    const own = (exit: PaneExit) => listener(exit)
    this.#exitListeners.add(own)
    if (this.#server.clients.has(this)) this.#replay(own)
    return () => void this.#exitListeners.delete(own)
  }

  onServerLost(listener: () => void): () => void {
    const own = () => listener()
    this.#lostListeners.add(own)
    return () => void this.#lostListeners.delete(own)
  }

  #create(session: string, sessionName: string, {windowName, command, index}: WindowRequest): PaneRef {
    const {columns = 200, rows = 50} = this.#options
    const id = this.#server.next.window++
    const ref = {session, window: `@${id}`, pane: `%${id}`}
    const pid = this.#server.next.pid++
    const names = {sessionName, windowName: visibleName(windowName)}
    const entry: Pane = {
      state: {...ref, ...names, pid, dead: false, exit: null, inMode: false, columns, rows},
      command,
      index: this.#freeIndex(session, index),
      screen: '',
      sent: [],
      listeners: [],
    }
    this.#server.panes.set(ref.pane, entry)
    this.#run(entry)
    return ref
  }

  #freeIndex(session: string, wanted: number | undefined): number {
    const taken = new Set([...this.#server.panes.values()].flatMap(({state, index}) => (state.session === session ? [index] : [])))
    if (wanted !== undefined && !taken.has(wanted)) return wanted
    let index = 0
    while (taken.has(index)) index++
    return index
  }

  /** Starts the program in the next turn, as a process would. */
  #run(entry: Pane): void {
    const name = entry.command.argv[0]!.split('/').at(-1)!
    const program = this.#options.programs?.[name] ?? MEMORY_PROGRAMS[name]
    const {pane, pid} = entry.state
    const lives = () => this.#server.panes.get(pane) === entry && entry.state.pid === pid && !entry.state.dead
    queueMicrotask(() => {
      if (!lives()) return
      program?.({
        pane,
        command: entry.command,
        print: (text) => void (lives() && this.print(pane, text)),
        end: (exit) => void (lives() && this.end(pane, exit)),
        onInput: (listener) => void (lives() && entry.listeners.push(listener)),
      })
    })
  }

  #send(pane: string, input: MemoryInput): Promise<SendOutcome> {
    const entry = this.#server.panes.get(pane)
    if (!entry) return Promise.resolve('gone')
    if (entry.state.dead) return Promise.resolve('dead')
    if (entry.state.inMode) return Promise.resolve('in-mode')
    entry.sent.push(input)
    for (const listener of [...entry.listeners]) listener(input)
    return Promise.resolve('sent')
  }

  #remove(matches: (state: PaneState) => boolean): void {
    for (const state of this.#states().filter(matches)) {
      this.#server.panes.delete(state.pane)
      if (!state.dead) this.#tell(state, UNKNOWN)
    }
  }

  #states(): PaneState[] {
    const sessions = [...new Set([...this.#server.panes.values()].map(({state}) => state.session))]
    const place = ({state, index}: Pane) => [sessions.indexOf(state.session), index] as const
    return [...this.#server.panes.values()].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]).map(({state}) => state)
  }

  #pane(pane: string): Pane {
    const entry = this.#server.panes.get(pane)
    if (!entry) throw new OrchError('ORCH_NOT_FOUND', {what: 'tmux pane', name: pane})
    return entry
  }

  #tell({session, window, pane}: PaneRef, exit: ExitStatus): void {
    for (const client of this.#server.clients) {
      for (const listener of client.#exitListeners) queueMicrotask(() => listener({session, window, pane, exit}))
    }
  }

  #replay(listener: (exit: PaneExit) => void): void {
    for (const {session, window, pane, exit} of this.#states()) if (exit) queueMicrotask(() => listener({session, window, pane, exit}))
  }

  #check(command: PaneCommand): void {
    checkCommand(command, this.#options.folderExists ?? (() => true))
  }
}
