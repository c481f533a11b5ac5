/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What tmux itself needs: to find programs, its socket, its locale and the shell of a window that a person opens by hand. */
const NEEDED = /^(?:PATH|HOME|LANG|LC_\w+|SHELL|TMUX_TMPDIR|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS)$/

/** The environment of every tmux that orch starts: nothing of the host's gets into a server that outlives it, `TMUX` least of all. */
export function environmentFor(host: Environment): Record<string, string> {
  const kept = Object.entries(host).filter((entry): entry is [string, string] => NEEDED.test(entry[0]) && entry[1] !== undefined)
  return {...Object.fromEntries(kept), TERM: 'xterm-256color'}
}

/**
 * Words in front of the server's start under systemd: a scope of its own, or stopping the supervisor's unit would end every agent.
 * systemd sets INVOCATION_ID for the processes of a unit: systemd.exec(5).
 * @returns none outside systemd
 */
export function scopeWords(host: Environment, isRoot = process.getuid?.() === 0): string[] {
  if (!host['INVOCATION_ID']) return []
  return ['systemd-run', ...(isRoot ? [] : ['--user']), '--scope', '--collect', '--quiet', '--']
}
