import type {Logger, PaneState, Terminal} from '@orch/plugin-kit'
import {isAlive} from '../domain/agent-states.js'
import {moveAgent, type Agent} from '../domain/agent.js'
import type {Host} from '../domain/host.js'
import {findAgent, withAgent, type Project} from '../domain/project.js'
import type {Store} from '../domain/store.js'
import type {AgentWatch} from './agent-watch.js'
import type {Recorder} from './recorder.js'

interface ReconcilerOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly watch: AgentWatch
  readonly host: Host
  readonly logger: Logger
}

/** Brings records and facts together after a supervisor started: adopts what lives, marks what died, kills nothing. */
export class Reconciler {
  readonly #options: ReconcilerOptions

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /** At the start of a supervisor, when no launch is under way anywhere. */
  async reconcileAll(): Promise<void> {
    for (const {id} of this.#options.store.projects()) await this.reconcile(id, 'none')
  }

  /**
   * One project.
   * @param launches whether this supervisor may be launching agents of it now: those are left alone then
   */
  async reconcile(projectId: string, launches: 'none' | 'possible'): Promise<void> {
    const panes = await this.#options.terminal.panes()
    const project = this.#options.store.project(projectId)
    if (project) {
      const settled = project.agents.filter((agent) => launches === 'none' || !isBeingLaunched(agent))
      for (const agent of settled) await this.#reconcileAgent(project, agent, panes)
      await this.#options.watch.readTranscripts(project.id)
    }
  }

  async #reconcileAgent(project: Project, agent: Agent, panes: readonly PaneState[]): Promise<void> {
    // A start that had not spawned yet is asked again; its T is now.
    if (agent.state === 'waiting-port')
      return this.#backToPlanned(project.id, agent.id, 'the supervisor ended while it waited for the port')
    if (!isAlive(agent.state)) return
    const pane = panes.find(({sessionName, windowName}) => sessionName === project.id && windowName === agent.role)
    if (pane && !pane.dead && (await this.#isRun(agent, pane))) return this.#adopt(project.id, agent.id, pane)
    if (agent.state === 'starting' && !agent.run?.process)
      return this.#backToPlanned(project.id, agent.id, 'the supervisor ended before its process was there')
    this.#options.logger.info('an agent ended while no supervisor ran', {agent: agent.id})
    await this.#options.watch.onEnd(project, agent, pane?.exit ?? {code: null, signal: null}, pane !== undefined)
  }

  /** The process in the pane is the run on record: by pid and start time, or by the run's id in its environment when the record came too late. */
  async #isRun(agent: Agent, pane: PaneState): Promise<boolean> {
    if (!agent.run) return false
    if (agent.run.process) {
      const identity = await this.#options.host.identify(pane.pid)
      return identity?.pid === agent.run.process.pid && identity.startedAt === agent.run.process.startedAt
    }
    const family = await this.#options.host.family(null, 'ORCH_RUN', agent.run.id)
    return family.some(({pid}) => pid === pane.pid)
  }

  async #adopt(projectId: string, agentId: string, pane: PaneState): Promise<void> {
    const process = await this.#options.host.identify(pane.pid)
    await this.#options.recorder.change(projectId, (project) => {
      const agent = findAgent(project, agentId)!
      if (agent.pane === pane.pane && agent.run?.process) return {project, events: []}
      const adopted = {...agent, window: pane.window, pane: pane.pane, run: agent.run && {...agent.run, process}}
      return {project: {...withAgent(project, adopted), tmux: {...project.tmux, session: pane.session}}, events: []}
    })
  }

  async #backToPlanned(projectId: string, agentId: string, what: string): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      const moved = moveAgent(findAgent(project, agentId)!, 'planned', {source: 'orch', what, at: now}, {waitingFor: null})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
  }
}

/** Between the record of its run and its process. */
function isBeingLaunched({state, run}: Agent): boolean {
  return state === 'waiting-port' || (state === 'starting' && !run?.process)
}
