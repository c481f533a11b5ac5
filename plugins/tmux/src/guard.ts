import type {SendOutcome} from '@orch/plugin-kit'
import {block, commandLine} from './quote.js'
import {NOW_OPTION} from './server-config.js'

/** `late`: the server came to it after the deadline and did nothing. */
export type GuardedOutcome = SendOutcome | 'late'

const OUTCOMES: readonly string[] = ['sent', 'dead', 'in-mode', 'gone', 'late'] satisfies GuardedOutcome[]

/**
 * One tmux command that does something to a pane only if that is safe, and prints what became of it. Check and action run without
 * anything between them, so a pane cannot die there: pasting into a dead pane crashes the server of tmux 3.3a.
 * @param pane its id
 * @param deadline milliseconds UTC; a server that stood still does not act on a request its sender has given up
 * @param action commands for a pane that can take them
 * @param otherwise commands for one that cannot
 */
export function guarded(pane: string, deadline: number, action: readonly string[], otherwise: readonly string[] = []): string {
  // `||` takes two operands in tmux 3.3a. A missing pane leaves the formats empty, so its id is compared.
  const unfit = '#{||:#{pane_dead},#{pane_in_mode}}'
  const gone = `#{!=:#{pane_id},${pane}}`
  const late = `#{e|>=|:#{T:${NOW_OPTION}},${Math.floor(deadline / 1000)}}`
  // `display-message` applies strftime, at every level of nesting: no `%` may be in its format.
  const why = `#{?#{==:#{s/^.//:pane_id},${pane.slice(1)}},#{?pane_dead,dead,#{?pane_in_mode,in-mode,late}},gone}`
  return [
    commandLine('if-shell', '-F', '-t', pane, `#{||:${unfit},#{||:${gone},${late}}}`),
    block(...otherwise, commandLine('display-message', '-p', '-t', pane, why)),
    block(...action, commandLine('display-message', '-p', 'sent')),
  ].join(' ')
}

/** What a guarded command printed; undefined when it printed nothing of the kind. */
export function guardedOutcome(lines: readonly string[]): GuardedOutcome | undefined {
  return lines.find((line) => OUTCOMES.includes(line)) as GuardedOutcome | undefined
}
