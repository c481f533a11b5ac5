import {KEEPER} from './keeper.js'
import {commandLine} from './quote.js'

/** Columns and rows of a window that nobody has sized. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Without the id that the host may have put at the end of a session's name. */
const SESSION_TITLE = '#{s/-p_[0-9a-z]*$//:session_name}'
/** The last picture of an agent that ended looks as if it were alive. */
const WINDOW_TITLE = '#W#{?pane_dead, (ended),}'
const TREE_LINE = `#{?pane_format,#{pane_current_command},#{?window_format,${WINDOW_TITLE},${SESSION_TITLE}: #{session_windows} windows}}`
/** The tree of sessions (`C-b s`, `C-b w`), without the keeper's. */
const TREE_KEYS = [
  ['s', '-Zs'],
  ['w', '-Zw'],
].map(([key, flags]) => commandLine('bind-key', key!, 'choose-tree', flags!, '-F', TREE_LINE, '-f', `#{!=:#{session_name},${KEEPER}}`))

/** User option with the server's own time, for deadlines: `#{T:@orch_now}` is seconds since the epoch. */
export const NOW_OPTION = '@orch_now'

/**
 * Fixes the size of a window: a visitor's small terminal must not shrink an agent's. `resize-window` sets `window-size manual` for its
 * window; the same as a global option crashes the server of tmux 3.3a with the next window (measured).
 */
export function fixedSize(window: string, {columns, rows}: Size): string {
  return commandLine('resize-window', '-t', window, '-x', String(columns), '-y', String(rows))
}

/**
 * Options and keys of our server, as tmux commands: its configuration file at start, and sent again to a server that was already there.
 * `-q` lets a tmux that has no such option go on.
 */
export function serverOptions({columns, rows}: Size): string[] {
  const options: readonly (readonly [scope: '-sq' | '-gq' | '-gwq', name: string, value: string])[] = [
    ['-sq', 'exit-empty', 'off'],
    // Commands carry environments and messages; tmux keeps a log of them otherwise (`show-messages`).
    ['-sq', 'message-limit', '0'],
    // In every terminfo database, macOS included.
    ['-sq', 'default-terminal', 'screen-256color'],
    // As Claude Code's terminal page asks: https://code.claude.com/docs/en/terminal-config. Its allow-passthrough is for notifications of
    // some terminals, and would let an agent send any sequence to the terminal of a person who watches, one that sets the clipboard too.
    ['-gwq', 'allow-passthrough', 'off'],
    ['-sq', 'extended-keys', 'on'],
    ['-sq', 'focus-events', 'on'],
    ['-sq', 'escape-time', '10'],
    // What a person copies reaches the clipboard; what a program in a pane sends to it does not (tmux(1)).
    ['-sq', 'set-clipboard', 'external'],
    ['-gq', 'update-environment', ''],
    ['-gq', 'default-size', `${columns}x${rows}`],
    ['-gq', 'history-limit', '50000'],
    ['-gq', 'destroy-unattached', 'off'],
    ['-gq', 'mouse', 'on'],
    ['-gq', 'status-style', 'default'],
    ['-gq', 'status-left', `${SESSION_TITLE}  `],
    ['-gq', 'status-left-length', '40'],
    ['-gq', 'status-right', '%H:%M'],
    ['-gq', NOW_OPTION, '%s'],
    ['-gwq', 'remain-on-exit', 'on'],
    // The last words of an agent stay as they were; tmux would scroll them for a line of its own.
    ['-gwq', 'remain-on-exit-format', ''],
    ['-gwq', 'window-status-format', `#I:${WINDOW_TITLE}#{?window_flags,#{window_flags}, }`],
    ['-gwq', 'window-status-current-format', `#I:${WINDOW_TITLE}#{?window_flags,#{window_flags}, }`],
    ['-gwq', 'automatic-rename', 'off'],
    ['-gwq', 'allow-rename', 'off'],
  ]
  return [...options.map(([scope, name, value]) => commandLine('set-option', scope, name, value)), ...TREE_KEYS]
}
