import type {AgentDriver, Clock, Logger, ScreenReading, Terminal} from '@orch/plugin-kit'
import {isPastStart} from '../../domain/agent-states.js'
import {moveAgent, type Agent} from '../../domain/agent.js'
import {inTurn, type Change} from '../../domain/change.js'
import type {Files} from '../../domain/files.js'
import {HEALTH_DEFAULTS, diagnose, needsLook, thresholdsOf, type Sign, type Thresholds} from '../../domain/health.js'
import {closeIncident, findIncident, openIncident, type IncidentCause} from '../../domain/incident.js'
import {overdueMail} from '../../domain/overdue.js'
import {findAgent, withAgent, type Project} from '../../domain/project.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/store.js'
import type {AgentWatch} from '../agent-watch.js'
import type {Recorder} from '../recorder.js'
import type {ContextCare} from './context-care.js'
import type {Ladder} from './ladder.js'
import type {Pulses} from './pulses.js'
import type {VitalSigns} from './vital-signs.js'

interface HealthWatchOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly watch: Pick<AgentWatch, 'readTranscripts'>
  readonly vitals: VitalSigns
  readonly pulses: Pulses
  readonly ladder: Ladder
  readonly context: ContextCare
  readonly files: Files
  readonly clock: Clock
  readonly logger: Logger
  /** Milliseconds between two looks. */
  readonly everyMs: number
}

/** Looks after the health of all agents without a model call: what hooks and transcripts do not tell, processes and, last, screens do. */
export class HealthWatch {
  readonly #options: HealthWatchOptions
  readonly #missingWorktrees = new Set<string>()
  #nextAt = -Infinity
  #looking = false

  constructor(options: HealthWatchOptions) {
    this.#options = options
  }

  /** To be called often; looks when it is time, and never twice at once. */
  async look(): Promise<void> {
    const {clock, store, vitals, pulses, everyMs, logger} = this.#options
    if (this.#looking || clock.monotonic() < this.#nextAt) return
    this.#looking = true
    try {
      await vitals.look()
      const projects = store.projects().filter(({state}) => !isFinished(state))
      pulses.keepOnly(new Set(projects.flatMap(({agents}) => agents.filter(({state}) => isPastStart(state)).map(({id}) => id))))
      for (const {id} of projects) {
        await this.#lookAfter(id).catch((error: unknown) =>
          logger.warn('the health of a project could not be looked after', {project: id, error}),
        )
      }
    } finally {
      this.#nextAt = clock.monotonic() + everyMs
      this.#looking = false
    }
  }

  async #lookAfter(projectId: string): Promise<void> {
    const {store, watch, ladder, context} = this.#options
    const project = store.project(projectId)
    if (!project) return
    const living = project.agents.filter(({state}) => isPastStart(state))
    const felt = await Promise.all(living.map((agent) => this.#examine(project, agent)))
    // Receipts, and how full a context is, stand in a transcript that grew.
    if (felt.some(Boolean)) await watch.readTranscripts(projectId)
    await this.#settleIncidents(projectId)
    await context.lookAfter(projectId)
    await ladder.climb(projectId)
  }

  /** @returns whether the agent's transcript grew */
  async #examine(project: Project, agent: Agent): Promise<boolean> {
    const {pulses} = this.#options
    const thresholds = thresholdsOf(project.options.health ?? HEALTH_DEFAULTS, agent.role)
    const {sign, grew} = await pulses.feel(agent)
    const screen = needsLook(agent, sign, thresholds) ? await this.#screenOf(agent) : null
    await this.#record(project.id, agent, sign, screen, thresholds)
    await this.#lookForWorktree(project, agent)
    return grew
  }

  async #screenOf(agent: Agent): Promise<ScreenReading | 'unreadable'> {
    const driver = this.#options.drivers.get(agent.kind)
    if (!driver || !agent.pane) return 'unreadable'
    // A probe that fails proves nothing about the agent.
    const text = await this.#options.terminal.capture(agent.pane).catch(() => null)
    return text === null ? 'unreadable' : driver.readScreen(text)
  }

  async #record(
    projectId: string,
    seen: Agent,
    sign: Sign,
    screen: ScreenReading | 'unreadable' | null,
    thresholds: Thresholds,
  ): Promise<void> {
    const finding = diagnose(seen, sign, screen, thresholds)
    if (!finding) return
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, seen.id)
      // Something told of it while we looked: that is newer than our look.
      if (agent?.evidence.at !== seen.evidence.at || agent.state !== seen.state) return {project, events: []}
      const {state, source, what, waitingFor} = finding
      const moved = moveAgent(agent, state, {source, what, at: now}, {waitingFor})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
  }

  /** Missing in two looks: a worktree that is being made again is not there for a moment. */
  async #lookForWorktree(project: Project, agent: Agent): Promise<void> {
    const {files, recorder} = this.#options
    const isThere = await files.isFolder(agent.worktree)
    const wasMissing = this.#missingWorktrees.has(agent.id)
    if (isThere) this.#missingWorktrees.delete(agent.id)
    else this.#missingWorktrees.add(agent.id)
    const isOpen = findIncident(project, 'worktree-missing', agent.id) !== undefined
    if (isThere || !wasMissing || isOpen) return
    const what = `its worktree ${agent.worktree} is gone`
    await recorder.change(project.id, (current, now) =>
      openIncident(current, {cause: 'worktree-missing', agent: agent.id, about: null, what}, now),
    )
  }

  /** Opens and closes what the record alone tells: one incident a cause. */
  async #settleIncidents(projectId: string): Promise<void> {
    const {store, recorder, clock} = this.#options
    const project = store.project(projectId)
    if (!project) return
    const settle = (current: Project, now: number): Change =>
      inTurn(
        current,
        ...current.agents.flatMap(({id}) => [
          (next: Project) => this.#follow(next, id, 'stuck', now),
          (next: Project) => this.#follow(next, id, 'unknown', now),
        ]),
        (next) => this.#followMail(next, now),
        (next) => this.#closeMissing(next),
      )
    if (settle(project, clock.now()).events.length > 0) await recorder.change(projectId, settle)
  }

  /** The incident of a state is open as long as the agent is in it. */
  #follow(project: Project, agentId: string, cause: 'stuck' | 'unknown', now: number): Change {
    const agent = findAgent(project, agentId)!
    const open = findIncident(project, cause, agentId)
    if (agent.state === cause) return openIncident(project, {cause, agent: agentId, about: null, what: agent.evidence.what}, now)
    return open ? closeIncident(project, open, `it is ${agent.state}`) : {project, events: []}
  }

  #followMail(project: Project, now: number): Change {
    const overdue = overdueMail(project, project.options.health ?? HEALTH_DEFAULTS, now)
    const isOverdue = (cause: IncidentCause, about: string | null) => overdue.some((each) => each.cause === cause && each.about === about)
    const over = (project.incidents ?? []).filter(
      ({cause, about}) => (cause === 'no-answer' || cause === 'no-receipt') && !isOverdue(cause, about),
    )
    return inTurn(
      project,
      ...overdue.map((each) => (next: Project) => openIncident(next, each, now)),
      ...over.map((incident) => (next: Project) => closeIncident(next, incident, 'it has come')),
    )
  }

  #closeMissing(project: Project): Change {
    const over = (project.incidents ?? []).filter(({cause, agent}) => {
      const state = agent === null ? undefined : findAgent(project, agent)?.state
      return cause === 'worktree-missing' && state !== undefined && isPastStart(state) && !this.#missingWorktrees.has(agent!)
    })
    return inTurn(project, ...over.map((incident) => (next: Project) => closeIncident(next, incident, 'its worktree is there again')))
  }
}
