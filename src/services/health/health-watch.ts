import type {Clock, Logger} from '@orch/plugin-kit'
import {isAlive, isAtRest, isPastStart} from '../../domain/agent-states.js'
import {sequence, unchanged, type Change} from '../../domain/change.js'
import type {Files} from '../../domain/ports/files.js'
import {diagnose, healthOf, needsLook, thresholdsOf, type Sign} from '../../domain/health.js'
import {closeIncident, findIncident, openIncident} from '../../domain/incident.js'
import {overdueMail} from '../../domain/overdue.js'
import {findAgent} from '../../domain/project.js'
import {isFinished} from '../../domain/project-states.js'
import {followStalls} from '../../domain/stall.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {Recorder} from '../record/recorder.js'
import type {ScreenSchedule} from '../screens/screen-watch.js'
import type {Screen} from '../screens/screens.js'
import type {ContextCare} from '../briefing/context-care.js'
import type {Escalation} from './escalation.js'
import type {SignsOfLife} from './signs-of-life.js'
import type {ProcessUsage} from './process-usage.js'
import type {Project} from '../../domain/model/project.js'
import type {IncidentCause} from '../../domain/model/incident.js'
import type {Thresholds} from '../../domain/model/health-settings.js'
import type {Agent} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

interface HealthWatchOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly screens: Pick<ScreenSchedule, 'look'>
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly vitals: ProcessUsage
  readonly pulses: SignsOfLife
  readonly ladder: Escalation
  readonly context: ContextCare
  readonly files: Files
  readonly clock: Clock
  readonly logger: Logger
}

/** Looks at an agent at rest are so much rarer: its next report tells of it, and nobody waits for what else may become of it. */
const LOOKS_AT_REST = 6

/** A look at an agent, before its screen is read. */
interface Examination {
  readonly agent: Agent
  readonly sign: Sign
  readonly thresholds: Thresholds
  /** Its transcript grew. */
  readonly grew: boolean
}

/** Looks after the health of all agents without a model call: what hooks and transcripts do not tell, processes and, last, screens do. */
export class HealthWatch {
  readonly #options: HealthWatchOptions
  readonly #missingWorktrees = new Set<string>()
  #looks = 0

  constructor(options: HealthWatchOptions) {
    this.#options = options
  }

  /** Looks at all agents once. */
  async tick(): Promise<void> {
    const {store, vitals, pulses} = this.#options
    const isRestsTurn = this.#looks++ % LOOKS_AT_REST === 0
    const projects = store.projects().filter(({state}) => !isFinished(state))
    if (isRestsTurn || projects.some(({agents}) => agents.some(isBusy))) await vitals.look()
    pulses.keepOnly(new Set(projects.flatMap(({agents}) => agents.filter(({state}) => isPastStart(state)).map(({id}) => id))))
    const examined = await Promise.all(
      projects.map(async (project) => ({id: project.id, agents: await this.#examineAll(project, isRestsTurn)})),
    )
    const screens = await this.#readScreens(examined.flatMap(({agents}) => agents))
    for (const {id, agents} of examined) await this.#guard(id, () => this.#lookAfter(id, agents, screens))
  }

  async #examineAll(project: Project, isRestsTurn: boolean): Promise<Examination[]> {
    const settings = healthOf(project)
    const examined: Examination[] = []
    const due = project.agents.filter(({state}) => isPastStart(state) && (isRestsTurn || !isAtRest(state)))
    await this.#guard(project.id, async () => {
      const felt = due.map(async (agent) => ({
        agent,
        thresholds: thresholdsOf(settings, agent.role),
        ...(await this.#options.pulses.feel(agent)),
      }))
      examined.push(...(await Promise.all(felt)))
    })
    return examined
  }

  /** Only of agents of which nothing else tells what they do. */
  async #readScreens(examined: readonly Examination[]): Promise<ReadonlyMap<string, Screen>> {
    const silent = examined.filter(({agent, sign, thresholds}) => needsLook(agent, sign, thresholds))
    if (silent.length === 0) return new Map()
    return this.#options.screens.look(new Set(silent.map(({agent}) => agent.id)))
  }

  async #lookAfter(projectId: string, examined: readonly Examination[], screens: ReadonlyMap<string, Screen>): Promise<void> {
    const {watch, ladder, context} = this.#options
    await Promise.all(
      examined.map(async ({agent, sign, thresholds}) => {
        await this.#record(projectId, agent, sign, screens.get(agent.id) ?? null, thresholds)
        await this.#lookForWorktree(projectId, agent)
      }),
    )
    // Receipts, and how full a context is, stand in a transcript that grew.
    if (examined.some(({grew}) => grew)) await watch.readTranscripts(projectId)
    await this.#settleIncidents(projectId)
    await context.lookAfter(projectId)
    await ladder.climb(projectId)
  }

  /** What cannot be looked after in one project is no reason to leave the others alone. */
  async #guard(project: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.#options.logger.warn('the health of a project could not be looked after', {project, error}))
  }

  async #record(projectId: string, seen: Agent, sign: Sign, screen: Screen | null, thresholds: Thresholds): Promise<void> {
    const finding = diagnose(seen, sign, screen, thresholds)
    if (!finding) return
    await this.#options.recorder.change(projectId, (project, now) => {
      const agent = findAgent(project, seen.id)
      // Something told of it while we looked: that is newer than our look.
      if (agent?.evidence.at !== seen.evidence.at || agent.state !== seen.state) return unchanged(project)
      const {state, source, what, waitingFor} = finding
      return agentChange(project, agent.id, state, {source, what, at: now}, {waitingFor})
    })
  }

  /** Missing in two looks: a worktree that is being made again is not there for a moment. */
  async #lookForWorktree(projectId: string, agent: Agent): Promise<void> {
    const {files, recorder, store} = this.#options
    const isThere = await files.isFolder(agent.worktree)
    const wasMissing = this.#missingWorktrees.has(agent.id)
    if (isThere) this.#missingWorktrees.delete(agent.id)
    else this.#missingWorktrees.add(agent.id)
    const project = store.project(projectId)
    if (isThere || !wasMissing || !project || findIncident(project, 'worktree-missing', agent.id)) return
    const what = `its worktree ${agent.worktree} is gone`
    await recorder.change(projectId, (current, now) =>
      openIncident(current, {cause: 'worktree-missing', agent: agent.id, about: null, what}, now),
    )
  }

  /** Opens and closes what the record alone tells: one incident a cause. */
  async #settleIncidents(projectId: string): Promise<void> {
    const {store, recorder, clock} = this.#options
    const project = store.project(projectId)
    if (!project) return
    const settle = (current: Project, now: number): Change =>
      sequence(
        current,
        ...current.agents.flatMap(({id}) => [
          (next: Project) => this.#follow(next, id, 'stuck', now),
          (next: Project) => this.#follow(next, id, 'unknown', now),
        ]),
        (next) => this.#followMail(next, now),
        (next) => this.#closeMissing(next),
        (next) => followStalls(next, now),
      )
    if (settle(project, clock.now()).events.length > 0) await recorder.change(projectId, settle)
  }

  /** The incident of a state is open as long as the agent is in it. */
  #follow(project: Project, agentId: string, cause: 'stuck' | 'unknown', now: number): Change {
    const agent = findAgent(project, agentId)!
    const open = findIncident(project, cause, agentId)
    if (agent.state === cause) return openIncident(project, {cause, agent: agentId, about: null, what: agent.evidence.what}, now)
    return open ? closeIncident(project, open, `it is ${agent.state}`) : unchanged(project)
  }

  #followMail(project: Project, now: number): Change {
    const overdue = overdueMail(project, healthOf(project), now)
    const isOverdue = (cause: IncidentCause, about: string | null) => overdue.some((each) => each.cause === cause && each.about === about)
    const over = (project.incidents ?? []).filter(
      ({cause, about}) => (cause === 'no-answer' || cause === 'no-receipt') && !isOverdue(cause, about),
    )
    return sequence(
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
    return sequence(project, ...over.map((incident) => (next: Project) => closeIncident(next, incident, 'its worktree is there again')))
  }
}

function isBusy({state}: Agent): boolean {
  return isAlive(state) && !isAtRest(state)
}
