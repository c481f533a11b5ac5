import {OrchError, type Clock, type PaneState} from '@orch/plugin-kit'
import {KEEPER} from './keeper.js'
import type {Connection} from './control/connection.js'
import {isUndetermined, PANE_FORMAT, parsePane} from './pane-states.js'
import {commandLine} from './quote.js'

/** Milliseconds between two looks at a pane that is dead without a status. In measurements on tmux 3.3a the first look had it, 21 of 21. */
const LOOKS_MS = [20, 50, 100, 200, 300]

/** Lists panes, with a status for every one that has ended. */
export class PaneReader {
  readonly #connection: Connection
  readonly #clock: Clock
  /** Processes whose status never came, by pane and pid: they are not waited for again. */
  readonly #hopeless = new Set<string>()
  #last: {readonly lines: readonly string[]; readonly panes: readonly PaneState[]} = {lines: [], panes: []}

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
  }

  /** Every pane but the keeper's, the same array while nothing changed; `no-server` when there is none to ask. @throws ORCH_TMUX */
  async read(): Promise<readonly PaneState[] | 'no-server'> {
    let panes = await this.#list()
    for (const wait of LOOKS_MS) {
      if (panes === 'no-server' || !panes.some((pane) => this.#isPending(pane))) return panes
      // Any child that ends makes tmux collect the ones it has missed.
      await this.#connection.request(commandLine('run-shell', '-b', 'true'), 'read the status of a pane', true)
      await this.#clock.sleep(wait)
      panes = await this.#list()
    }
    if (panes !== 'no-server') for (const pane of panes.filter((pane) => this.#isPending(pane))) this.#hopeless.add(keyOf(pane))
    return panes
  }

  #isPending(pane: PaneState): boolean {
    return isUndetermined(pane) && !this.#hopeless.has(keyOf(pane))
  }

  async #list(): Promise<readonly PaneState[] | 'no-server'> {
    const reply = await this.#connection.request(commandLine('list-panes', '-a', '-F', PANE_FORMAT), 'list its panes', true)
    if (reply.status === 'no-server') return 'no-server'
    // A list that failed says nothing about any pane, least of all that there is none.
    if (reply.status === 'failed') throw new OrchError('ORCH_TMUX', {what: 'list its panes', stderr: reply.lines.join('\n')})
    if (!isSame(reply.lines, this.#last.lines)) {
      const panes = reply.lines.map(parsePane).filter((pane) => pane !== undefined && pane.sessionName !== KEEPER) as PaneState[]
      this.#last = {lines: reply.lines, panes}
    }
    return this.#last.panes
  }
}

function isSame(lines: readonly string[], before: readonly string[]): boolean {
  return lines.length === before.length && lines.every((line, index) => line === before[index])
}

function keyOf({pane, pid}: PaneState): string {
  return `${pane} ${pid}`
}
