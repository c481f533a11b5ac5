import type {Logger, PaneState, Terminal} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {moveAgent} from '../../domain/agent.js'
import {sequence} from '../../domain/change.js'
import {paneOf} from '../../domain/foreign-pane.js'
import type {Host} from '../../domain/ports/host.js'
import {returnUnreceived} from '../../domain/mailbox.js'
import {findAgent, withAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentRemoval} from '../agents/agent-removal.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {StartsUnderWay} from '../launch/starts-under-way.js'
import type {ForeignPaneWatch} from '../screens/foreign-panes.js'
import type {Recorder} from '../record/recorder.js'
import type {Restarts} from '../agents/restarts.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent, Run} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

interface ReconcilerOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly watch: AgentEvents
  readonly restarts: Pick<Restarts, 'takeUp'>
  readonly removal: Pick<AgentRemoval, 'takeUp'>
  /** Agents this supervisor is starting now: they are left alone. */
  readonly launching: Pick<StartsUnderWay, 'has'>
  readonly panes: Pick<ForeignPaneWatch, 'look'>
  readonly host: Host
  readonly logger: Logger
}

/**
 * Brings records and facts together: adopts what lives, marks what died, kills nothing. The same code at every start and on every tick; what is to run is
 * then started by the runner, which reads the record.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  /** Runs that a look found gone; only a second look proves it, for the first may have been older than their start. */
  #suspects = new Set<string>()

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /**
   * At the start of a supervisor, when no launch is under way anywhere.
   * @param rebooted no process on record can live: its number may be another's by now
   */
  async reconcileAll(rebooted = false): Promise<void> {
    for (const {id} of this.#options.store.projects()) {
      if (rebooted) await this.#endAll(id)
      await this.reconcile(id)
    }
  }

  /** Looks at everything once for all projects; to be called every few seconds. */
  async tick(): Promise<void> {
    const {terminal, store} = this.#options
    const suspects = this.#suspects
    this.#suspects = new Set()
    const panes = await terminal.panes()
    for (const project of store.projects()) {
      await this.#reconcile(project.id, panes, suspects)
      await this.#options.panes.look(store.project(project.id) ?? project, panes)
    }
  }

  /** One project, by one look. */
  async reconcile(projectId: string): Promise<void> {
    await this.#reconcile(projectId, await this.#options.terminal.panes(), null)
    await this.#options.watch.readTranscripts(projectId)
  }

  async #reconcile(projectId: string, panes: readonly PaneState[], suspects: ReadonlySet<string> | null): Promise<void> {
    const project = this.#options.store.project(projectId)
    if (!project) return
    const settled = project.agents.filter(({id}) => !this.#options.launching.has(id))
    for (const agent of settled) await this.#reconcileAgent(project, agent, panes, suspects)
    const now = this.#options.store.project(projectId) ?? project
    await this.#options.removal.takeUp(now)
    await this.#options.restarts.takeUp(now)
  }

  async #reconcileAgent(project: Project, agent: Agent, panes: readonly PaneState[], suspects: ReadonlySet<string> | null): Promise<void> {
    const pane = paneOf(panes, project.id, agent)
    if (suspects === null && pane && !pane.dead && (await this.#isForgottenRun(agent, pane))) return this.#takeOver(project.id, agent, pane)
    // A start that had not spawned yet is asked again; its T is now.
    if (agent.state === 'waiting-port') return this.#backToPlanned(project.id, agent.id, 'its start broke off while it waited for the port')
    if (!isAlive(agent.state)) return
    if (pane && !pane.dead && (await this.#isRun(agent, pane))) return this.#adopt(project.id, agent.id, pane)
    if (agent.state === 'starting' && !agent.run?.process)
      return this.#backToPlanned(project.id, agent.id, 'its start broke off before its process was there')
    const run = agent.run?.id ?? agent.id
    if (suspects && !suspects.has(run)) return void this.#suspects.add(run)
    this.#options.logger.info('an agent is found ended', {agent: agent.id})
    await this.#options.watch.onEnd(project, agent, pane?.exit ?? {code: null, signal: null}, pane !== undefined)
  }

  /** The process in the pane is the run on record: by pid and start time, or by the run's id in its environment when the record came too late. */
  async #isRun(agent: Agent, pane: PaneState): Promise<boolean> {
    if (!agent.run) return false
    if (agent.run.process) {
      const identity = await this.#options.host.identify(pane.pid)
      return identity?.pid === agent.run.process.pid && identity.startedAt === agent.run.process.startedAt
    }
    return (await this.#options.host.environment(pane.pid))?.['ORCH_RUN'] === agent.run.id
  }

  /** The process is the agent's, of a run that the record does not know: it is older than the process, because the generation after it was damaged. */
  async #isForgottenRun(agent: Agent, pane: PaneState): Promise<boolean> {
    const env = await this.#options.host.environment(pane.pid)
    return env?.['ORCH_AGENT'] === agent.id && env['ORCH_RUN'] !== undefined && env['ORCH_RUN'] !== agent.run?.id
  }

  /** What it does is unknown until its screen is read; that it lives is certain, and it is not started a second time. */
  async #takeOver(projectId: string, {id}: Agent, pane: PaneState): Promise<void> {
    const {host, recorder, logger} = this.#options
    const [env, process] = [await host.environment(pane.pid), await host.identify(pane.pid)]
    if (!env || !process) return
    logger.warn('an agent of a run that is not on record is taken over', {agent: id, run: env['ORCH_RUN']})
    await recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, id)!
      const run: Run = {id: env['ORCH_RUN']!, token: env['ORCH_TOKEN'] ?? '', process, startedAt: now}
      const evidence = {source: 'process', what: 'taken over: its record was older than its process', at: now} as const
      const changes = {run, window: pane.window, pane: pane.pane, hasConversation: true, exitCode: null, waitingFor: null}
      const started = isAlive(agent.state) ? {agent, events: []} : moveAgent(agent, 'starting', evidence)
      const moved = moveAgent(started.agent, 'unknown', evidence, changes)
      const next = withAgent({...project, tmux: {...project.tmux, session: pane.session}}, moved.agent)
      return {project: next, events: [...started.events, ...moved.events]}
    })
  }

  async #adopt(projectId: string, agentId: string, pane: PaneState): Promise<void> {
    const known = this.#options.store.project(projectId)
    const agentOnRecord = known && findAgent(known, agentId)
    if (agentOnRecord?.pane === pane.pane && agentOnRecord.run?.process) return
    const process = await this.#options.host.identify(pane.pid)
    await this.#options.recorder.change(projectId, (project) => {
      const agent = findAgent(project, agentId)!
      const adopted = {...agent, window: pane.window, pane: pane.pane, run: agent.run && {...agent.run, process}}
      return {project: {...withAgent(project, adopted), tmux: {...project.tmux, session: pane.session}}, events: []}
    })
  }

  async #backToPlanned(projectId: string, agentId: string, what: string): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      return agentChange(project, agentId, 'planned', {source: 'orch', what, at: now}, {waitingFor: null})
    })
  }

  /** After a boot nothing of before runs, and no wait of the OAuth contract holds: its ledger knows that by itself. */
  async #endAll(projectId: string): Promise<void> {
    const {watch, recorder} = this.#options
    await watch.readTranscripts(projectId)
    await recorder.change(projectId, (before, now) => {
      const evidence = {source: 'process', what: 'the machine was started anew', at: now} as const
      return sequence(
        before,
        ...before.agents.map(({id}) => (project: Project) => {
          const agent = findAgent(project, id)!
          const run = agent.run && {...agent.run, process: null}
          if (!isAlive(agent.state)) return {project: withAgent(project, {...agent, run}), events: []}
          const moved = moveAgent(agent, 'lost', evidence, {run, waitingFor: null})
          const returned = returnUnreceived(withAgent(project, moved.agent), id, now)
          return {project: returned.project, events: [...moved.events, ...returned.events]}
        }),
      )
    })
  }
}
