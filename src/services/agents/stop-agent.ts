import type {Actor, AgentDriver, ProcessIdentity, Terminal} from '@orch/plugin-kit'
import {BY_ORCH, evidenceOf} from '../../domain/actor.js'
import {isAlive} from '../../domain/agent-states.js'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {TmuxRooms} from '../../domain/tmux-rooms.js'
import type {AgentEvents} from './agent-events.js'
import type {ContractJournal} from '../oauth/contract-journal.js'
import type {RunProcesses} from './run-processes.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {unchanged} from '../../domain/change.js'
import {agentChange} from '../../domain/agent-change.js'

interface TerminatorOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly leftovers: RunProcesses
  readonly watch: AgentEvents
  readonly contract: ContractJournal
  readonly rooms: Pick<TmuxRooms, 'end'>
}

/** Ends agents: asks, then TERM, then KILL, by pid and start time, never by name. Windows stay, so that their last words can be read. */
export class AgentStopper {
  readonly #options: TerminatorOptions

  constructor(options: TerminatorOptions) {
    this.#options = options
  }

  async stopAll(project: Project, why: string): Promise<void> {
    await Promise.all(project.agents.map((agent) => this.stop(project.id, agent.id, why)))
    await this.#options.rooms.end(project.id)
  }

  /** The state is recorded first, so that the end is never taken for a crash. @throws ORCH_LEDGER: a bound agent is not ended then */
  async stop(projectId: string, agentId: string, why: string, by: Actor = BY_ORCH): Promise<void> {
    const known = findAgent(this.#options.store.project(projectId)!, agentId)!
    if (known.run && isAlive(known.state)) await this.#options.contract.aboutToEnd(known)
    const project = await this.#options.recorder.change(projectId, (before, now) => {
      const agent = findAgent(before, agentId)!
      if (!isAlive(agent.state) && agent.state !== 'planned' && agent.state !== 'waiting-port') return unchanged(before)
      return agentChange(before, agent.id, 'stopped', evidenceOf(by, why, now), {waitingFor: null})
    })
    const agent = findAgent(project, agentId)!
    if (!agent.run) return
    const family = await this.#options.leftovers.of(agent.run)
    if (family.length === 0) return
    await this.end(agent, family)
    await this.#options.watch.onStopped(project, agent)
  }

  /** Ends the processes of an agent: asks it to leave, then TERM, then KILL. Its record stays as it is. */
  async end(agent: Agent, family: readonly ProcessIdentity[]): Promise<void> {
    await this.#ask(agent)
    if (!(await this.#options.leftovers.gone(family))) await this.#options.leftovers.end(family)
  }

  async #ask(agent: Agent): Promise<void> {
    const {terminal, drivers} = this.#options
    const driver = drivers.get(agent.kind)
    if (!agent.pane || !driver) return
    const composer = driver.readScreen(await terminal.capture(agent.pane).catch(() => ''))
    // Typing into a draft or a dialog would say something else than goodbye.
    if (composer.what !== 'composer' || composer.draft) return
    if ((await terminal.typeText(agent.pane, driver.exitText)) === 'sent') await terminal.pressKeys(agent.pane, ['Enter'])
  }
}
