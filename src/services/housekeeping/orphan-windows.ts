import type {PaneState, Terminal} from '@orch/plugin-kit'
import type {Store} from '../../domain/store.js'
import {isProjectId, recordOf} from './known.js'
import {settled, type Broom, type Leftover, type Settled} from './leftover.js'

/**
 * Windows on orch's own tmux server of projects that have no record, and second windows of an agent. Only dead ones: what still runs in one is a
 * process, and is ended as such first. Destroying a dead pane of a bound agent counts as a kill in the OAuth contract; one without a record has
 * no port that anybody could start on.
 */
export class OrphanWindows implements Broom {
  readonly #store: Store
  readonly #terminal: Terminal

  constructor(options: {store: Store; terminal: Terminal}) {
    this.#store = options.store
    this.#terminal = options.terminal
  }

  async find(): Promise<Leftover[]> {
    const panes = await this.#terminal.panes()
    const found = await Promise.all(panes.map((pane) => this.#asLeftover(pane, panes)))
    return found.filter((leftover) => leftover !== null)
  }

  async clear(leftover: Leftover): Promise<Settled> {
    const panes = await this.#terminal.panes()
    const pane = panes.find(({pane: id}) => id === leftover.id)
    if (!pane || (await this.#asLeftover(pane, panes)) === null) return settled(leftover, false, 'it is not there any more')
    if (!pane.dead) return settled(leftover, false, 'something runs in it')
    await this.#terminal.killWindow(pane.window)
    return settled(leftover, true, 'removed')
  }

  async #asLeftover(pane: PaneState, panes: readonly PaneState[]): Promise<Leftover | null> {
    if (!isProjectId(pane.sessionName)) return null
    const record = await recordOf(this.#store, pane.sessionName)
    if (record === 'damaged') return null
    const proof = record === 'none' ? 'orch made its session, and no record knows the project' : secondOf(pane, panes, record.agents)
    if (proof === null) return null
    const fix = pane.dead ? 'remove it' : 'remove it once its process has ended'
    return {kind: 'window', id: pane.pane, what: `window ${pane.windowName} (${pane.window}) of ${pane.sessionName}`, proof, fix}
  }
}

/** A window of the same name beside the one on record, in which an agent of ours ended: a person's own window has no role's name. */
function secondOf(pane: PaneState, panes: readonly PaneState[], agents: readonly {role: string; pane: string | null}[]): string | null {
  const agent = agents.find(({role}) => role === pane.windowName)
  const stands = agent && agent.pane !== pane.pane && panes.some(({pane: id}) => id === agent.pane)
  return stands && pane.dead ? `${agent.role} runs in ${agent.pane}` : null
}
