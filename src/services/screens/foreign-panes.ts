import type {PaneState, Terminal} from '@orch/plugin-kit'
import {followForeignPanes, isForeign} from '../../domain/foreign-pane.js'
import {incidentsOf} from '../../domain/incident.js'
import {projectOfSession} from '../../domain/session-name.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'

interface PaneWatchOptions {
  readonly recorder: Recorder
  readonly terminal: Pick<Terminal, 'lastClientActivity'>
}

/** Finds panes in orch's windows that orch did not make, e.g. of a teammate that an agent started. One that a person made is that person's. */
export class ForeignPaneWatch {
  readonly #options: PaneWatchOptions
  /** By pane: whether a second look found it too. A window that is being made has panes that are on no record yet. */
  readonly #seen = new Map<string, 'once' | 'foreign' | 'person'>()

  constructor(options: PaneWatchOptions) {
    this.#options = options
  }

  /** To be called every few seconds. @param panes all there are */
  async look(project: Project, panes: readonly PaneState[]): Promise<void> {
    const strange = panes.filter((pane) => projectOfSession(pane.sessionName) === project.id && isForeign(pane, project))
    const isOpen = incidentsOf(project).some(({cause}) => cause === 'foreign-pane')
    for (const pane of strange) this.#seen.set(pane.pane, await this.#judge(pane))
    const foreign = strange.filter(({pane}) => this.#seen.get(pane) === 'foreign')
    if (foreign.length === 0 && !isOpen) return
    await this.#options.recorder.change(project.id, (before, now) => followForeignPanes(before, foreign, now))
  }

  async #judge({pane, window}: PaneState): Promise<'once' | 'foreign' | 'person'> {
    const known = this.#seen.get(pane)
    if (known === 'foreign' || known === 'person') return known
    if ((await this.#options.terminal.lastClientActivity(window)) !== null) return 'person'
    return known === 'once' ? 'foreign' : 'once'
  }
}
