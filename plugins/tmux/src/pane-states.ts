import {constants} from 'node:os'
import type {ExitStatus, PaneState} from '@orch/plugin-kit'

/** Fields of a pane for `-F`. `:` separates them: only a window's name, the last, can hold one. */
export const PANE_FORMAT = [
  'session_id',
  'window_id',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_dead_status',
  'pane_dead_signal',
  'pane_in_mode',
  'pane_width',
  'pane_height',
  'session_name',
  'window_name',
]
  .map((field) => `#{${field}}`)
  .join(':')

/** @param line one pane, printed by PANE_FORMAT; undefined when it is not one */
export function parsePane(line: string): PaneState | undefined {
  const [session, window, pane, pid, dead, status, signal, mode, columns, rows, sessionName, ...windowName] = line.split(':')
  if (windowName.length === 0 || !pane?.startsWith('%')) return undefined
  return {
    session: session!,
    window: window!,
    pane,
    sessionName: sessionName!,
    windowName: windowName.join(':'),
    pid: Number(pid),
    dead: dead === '1',
    exit: dead === '1' ? exitStatus(status!, signal!) : null,
    inMode: mode !== '' && mode !== '0',
    columns: Number(columns),
    rows: Number(rows),
  }
}

/** A dead pane whose status tmux has not read yet: 3.3a loses SIGCHLD until the next child ends. */
export function isUndetermined(state: PaneState): boolean {
  return state.exit !== null && state.exit.code === null && state.exit.signal === null
}

function exitStatus(status: string, signal: string): ExitStatus {
  return {code: status === '' ? null : Number(status), signal: signal === '' ? null : signalName(signal)}
}

/** tmux prints a number where the system has no table of names (Linux), else the name without SIG. */
function signalName(signal: string): string {
  if (!/^\d+$/.test(signal)) return `SIG${signal.toUpperCase()}`
  const known = Object.entries(constants.signals).find(([, number]) => number === Number(signal))
  return known?.[0] ?? `SIG${signal}`
}
