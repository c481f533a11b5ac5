import type {PaneState, Terminal} from '@orch/plugin-kit'
import {isForeign} from '../../domain/foreign-pane.js'
import {projectOfSession} from '../../domain/session-name.js'
import type {Store} from '../../domain/ports/store.js'
import {recordOf} from './living-runs.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'

interface ForeignPanesOptions {
  readonly store: Store
  readonly terminal: Terminal
}

/**
 * Panes, windows and sessions on orch's own tmux server that orch did not make: what an agent opened there would outlive its project and is
 * no run that orch ends. One that a person looks at stays. Windows of projects without a record are another cleaner's.
 */
export class ForeignPanes implements Cleaner {
  readonly #options: ForeignPanesOptions

  constructor(options: ForeignPanesOptions) {
    this.#options = options
  }

  async find(): Promise<Orphan[]> {
    const panes = await this.#options.terminal.panes()
    const found = await Promise.all(panes.map((pane) => this.#asLeftover(pane)))
    return found.filter((leftover) => leftover !== null)
  }

  async clear(leftover: Orphan): Promise<Settled> {
    const pane = (await this.#options.terminal.panes()).find(({pane: id}) => id === leftover.id)
    const again = pane ? await this.#asLeftover(pane) : null
    if (!again) return settled(leftover, false, 'it is gone')
    if (again.fix === null) return settled(leftover, false, again.proof)
    await this.#options.terminal.killPane(leftover.id)
    return settled(leftover, true, 'removed')
  }

  async #asLeftover(pane: PaneState): Promise<Orphan | null> {
    const proof = await this.#proofOf(pane)
    if (proof === null) return null
    const what = `pane ${pane.pane} in window ${pane.windowName} (${pane.window}) of ${pane.sessionName}, pid ${pane.pid}`
    const isWatched = (await this.#options.terminal.lastClientActivity(pane.window)) !== null
    const found = {kind: 'pane', id: pane.pane, project: projectOfSession(pane.sessionName), what} as const
    if (isWatched) return {...found, proof: `${proof}, and somebody is attached to it`, fix: null}
    return {...found, proof, fix: pane.dead ? 'remove it' : 'end what runs in it and remove it'}
  }

  async #proofOf(pane: PaneState): Promise<string | null> {
    const project = projectOfSession(pane.sessionName)
    if (project === null) return 'orch made no session of this name'
    const record = await recordOf(this.#options.store, project)
    if (record === 'none' || record === 'damaged' || !isForeign(pane, record)) return null
    return 'no record names it'
  }
}
