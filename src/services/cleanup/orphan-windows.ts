import type {OauthLedger, PaneState, Terminal} from '@orch/plugin-kit'
import {projectOfSession} from '../../domain/session-name.js'
import type {Store} from '../../domain/ports/store.js'
import type {ContractJournal} from '../oauth/contract-journal.js'
import {recordOf} from './living-runs.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'

interface OrphanWindowsOptions {
  readonly store: Store
  readonly terminal: Terminal
  readonly ledger: Pick<OauthLedger, 'recordKill'>
  readonly contract: Pick<ContractJournal, 'binds'>
  /** The OAuth ports that new projects get. */
  readonly oauthPorts: readonly number[]
}

/**
 * Windows on orch's own tmux server of projects that have no record, and second windows of an agent. Only dead ones: what still runs in one is a
 * process, and is ended as such first. Destroying a dead pane counts as a kill in the OAuth contract too.
 */
export class OrphanWindows implements Cleaner {
  readonly #options: OrphanWindowsOptions

  constructor(options: OrphanWindowsOptions) {
    this.#options = options
  }

  async find(): Promise<Orphan[]> {
    const panes = await this.#options.terminal.panes()
    const found = await Promise.all(panes.map((pane) => this.#asLeftover(pane, panes)))
    return found.filter((leftover) => leftover !== null)
  }

  async clear(leftover: Orphan): Promise<Settled> {
    const panes = await this.#options.terminal.panes()
    const pane = panes.find(({pane: id}) => id === leftover.id)
    if (!pane || (await this.#asLeftover(pane, panes)) === null) return settled(leftover, false, 'it is gone')
    if (!pane.dead) return settled(leftover, false, 'something runs in it')
    const ports = await this.#portsOf(pane)
    // Before it is done, and again when it is: the floor counts from the later.
    await this.#recordKill(ports)
    await this.#options.terminal.killWindow(pane.window)
    await this.#recordKill(ports)
    return settled(leftover, true, 'removed')
  }

  /** Ports whose next start is to wait. Which one an agent without a record had, nobody knows: it may be any that is in use. */
  async #portsOf({sessionName, windowName}: PaneState): Promise<number[]> {
    const {store, contract, oauthPorts} = this.#options
    const record = await recordOf(store, projectOfSession(sessionName) ?? '')
    const hasRecord = record !== 'none' && record !== 'damaged'
    const agents = hasRecord ? record.agents.filter(({role}) => role === windowName) : store.projects().flatMap((project) => project.agents)
    const known = agents.filter((agent) => contract.binds(agent)).map(({oauthPort}) => oauthPort)
    return [...new Set([...known, ...(hasRecord ? [] : oauthPorts)])]
  }

  async #recordKill(ports: readonly number[]): Promise<void> {
    for (const port of ports) await this.#options.ledger.recordKill(port)
  }

  async #asLeftover(pane: PaneState, panes: readonly PaneState[]): Promise<Orphan | null> {
    const project = projectOfSession(pane.sessionName)
    if (project === null) return null
    const record = await recordOf(this.#options.store, project)
    if (record === 'damaged') return null
    const proof = record === 'none' ? 'orch made its session, and no record knows the project' : secondOf(pane, panes, record.agents)
    if (proof === null) return null
    const fix = pane.dead ? 'remove it' : 'remove it once its process has ended'
    return {kind: 'window', id: pane.pane, project, what: `window ${pane.windowName} (${pane.window}) of ${pane.sessionName}`, proof, fix}
  }
}

/** A window of the same name beside the one on record, in which an agent of ours ended: a person's own window has no role's name. */
function secondOf(pane: PaneState, panes: readonly PaneState[], agents: readonly {role: string; pane: string | null}[]): string | null {
  const agent = agents.find(({role}) => role === pane.windowName)
  const stands = agent && agent.pane !== pane.pane && panes.some(({pane: id}) => id === agent.pane)
  return stands && pane.dead ? `${agent.role} runs in ${agent.pane}` : null
}
