/** Capability `terminal`: windows in which agents run. Everything is addressed by tmux ids (`$1 @2 %3`), never by name. */

export interface PaneRef {
  readonly session: string
  readonly window: string
  readonly pane: string
}

/** What runs in a pane: the agent itself, never a shell around it. */
export interface PaneCommand {
  /** Two words or more, or tmux would hand the one to a shell. */
  readonly argv: readonly string[]
  /** Must exist: tmux would silently start somewhere else. */
  readonly cwd: string
  /** The whole environment of the process, nothing is inherited. argv and env together stay under 12 KB. */
  readonly env: Readonly<Record<string, string>>
}

/** How a pane's process ended. Both null: unknown. */
export interface ExitStatus {
  readonly code: number | null
  readonly signal: string | null
}

export interface PaneState extends PaneRef {
  readonly sessionName: string
  readonly windowName: string
  readonly pid: number
  readonly dead: boolean
  /** null while it lives. */
  readonly exit: ExitStatus | null
  /** In copy mode or another mode that eats keys. */
  readonly inMode: boolean
  readonly columns: number
  readonly rows: number
}

/** What became of text or keys: only `sent` means the pane has them. */
export type SendOutcome = 'sent' | 'dead' | 'in-mode' | 'gone'

export interface PaneExit extends PaneRef {
  readonly exit: ExitStatus
}

export interface WindowRequest {
  readonly windowName: string
  readonly command: PaneCommand
  /** Its place in the session, the first is 0; the next that is free without it, and where that is taken. */
  readonly index?: number
}

export interface Terminal {
  /** Name of the tmux socket (`tmux -L NAME`). */
  readonly socket: string
  /** Starts the server when there is none, and connects. Safe to call again. */
  open(): Promise<void>
  /** Lets go of the server; what runs in it runs on. */
  close(): Promise<void>
  /** Ends the server and everything in it: for tests and `orch uninstall` only. */
  destroy(): Promise<void>
  /** Version and where the program is, e.g. `tmux 3.3a`. @throws ORCH_TOOL_MISSING */
  version(): Promise<string>
  /** A session with its first window. The name must be free. @throws ORCH_TMUX, ORCH_REFUSED for a missing cwd or an oversized command */
  createSession(request: {name: string} & WindowRequest): Promise<PaneRef>
  createWindow(request: {session: string} & WindowRequest): Promise<PaneRef>
  /** Starts a command in a pane whose process has ended; its ids stay. @throws ORCH_REFUSED when the process lives */
  respawn(pane: string, command: PaneCommand): Promise<void>
  /** Every pane of every session of ours, those of a session by the places of their windows, the keeper left out; empty when no server runs. */
  panes(): Promise<readonly PaneState[]>
  /** The text of a pane. @param historyLines lines of scrollback before the visible screen, 0 without it. @throws ORCH_NOT_FOUND */
  capture(pane: string, historyLines?: number): Promise<string>
  /** Pastes text in brackets, without Enter, in one guarded step: never into a dead pane (it would crash tmux 3.3a) or a mode. Control characters but newline and tab are made visible first. */
  paste(pane: string, text: string): Promise<SendOutcome>
  /** Presses keys by their tmux names (`Enter`, `C-c`, `Down`), guarded likewise. */
  pressKeys(pane: string, keys: readonly string[]): Promise<SendOutcome>
  /** Types text literally, key by key, guarded likewise. */
  typeText(pane: string, text: string): Promise<SendOutcome>
  killWindow(window: string): Promise<void>
  /** Ends what runs in one pane and takes it away, its window with it when it was the last. Nothing happens when it is not there. */
  killPane(pane: string): Promise<void>
  killSession(session: string): Promise<void>
  /** Milliseconds UTC of the last key of a client that shows this window; null when none shows it. */
  lastClientActivity(window: string): Promise<number | null>
  /** argv with which a person attaches. */
  attachCommand(session: string, window?: string): string[]
  /** Calls back for each pane whose process ended, within two seconds, with its status. @returns how to stop it */
  onExit(listener: (exit: PaneExit) => void): () => void
  /** Calls back when the server and with it every pane is gone. @returns how to stop it */
  onServerLost(listener: () => void): () => void
}
