import {shellWord} from '../domain/shell-word.js'

/** Milliseconds the hint stays in the status line. */
const SHOWN_MS = 15_000

/**
 * Attaching from inside a tmux: its prefix key never reaches the one inside.
 * @param argv that attaches
 * @returns argv that also says so in the status line, and a hint to print before; null outside tmux
 */
export function nestedAttach(argv: readonly string[], env: NodeJS.ProcessEnv): {readonly argv: string[]; readonly hint: string} | null {
  if (!env['TMUX']) return null
  const hint = 'You are inside a tmux of your own, which takes the prefix key first: to detach from orch press C-b C-b d.'
  return {argv: [...argv, ';', 'display-message', '-d', String(SHOWN_MS), hint], hint}
}

/** A command as a person can paste it: `$1` is a session. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(shellWord).join(' ')
}
