import {hasCode, isOrchError, messageOf, type Clock, type Logger} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import {sequence, unchanged} from '../../domain/change.js'
import {findAgent, moveProject} from '../../domain/project.js'
import {isFinished} from '../../domain/project-states.js'
import {nextStep, type Step} from '../../domain/next-step.js'
import {storageFailureIn} from '../../domain/storage.js'
import type {Store} from '../../domain/ports/store.js'
import type {Claims} from '../claims/claims.js'
import type {ChangeFeed} from '../record/change-feed.js'
import type {Integrator} from '../verification/integrator.js'
import type {Recorder} from '../record/recorder.js'
import type {StorageWaits} from '../recovery/storage-waits.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import type {Restarts} from '../agents/restarts.js'
import type {TeamStarter} from './team-starter.js'
import type {AgentStopper} from '../agents/stop-agent.js'
import type {UnmergedCommits} from '../verification/unmerged-commits.js'
import type {Baselines} from '../verification/baselines.js'
import type {Verifier} from '../verification/verifier.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'
import {agentChange} from '../../domain/agent-change.js'

interface RunnerOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly feed: ChangeFeed
  readonly starter: TeamStarter
  readonly claims: Claims
  readonly verifier: Verifier
  readonly baselines: Pick<Baselines, 'begin' | 'cancel' | 'end'>
  readonly integrator: Integrator
  readonly terminator: AgentStopper
  readonly unmerged: Pick<UnmergedCommits, 'record'>
  readonly repositories: Pick<RepositoryWatch, 'check'>
  readonly restarts: Pick<Restarts, 'restart'>
  readonly storage: Pick<StorageWaits, 'wait' | 'over'>
  readonly clock: Clock
  readonly logger: Logger
}

/** How often a start that was cut off from outside is tried again before a person is asked. */
const MAX_CUT_OFF = 3

/** Drives projects: looks at the record, does the next step, looks again. What it does is in the record before it is done. */
export class ProjectRunner {
  readonly #options: RunnerOptions
  /** Starts in a row that were cut off, by project. */
  readonly #cutOff = new Map<string, number>()
  readonly #driving = new Map<string, {stop: AbortController; done: Promise<void>}>()

  constructor(options: RunnerOptions) {
    this.#options = options
  }

  /** Takes a project up, unless it is being driven. */
  drive(projectId: string): void {
    if (this.#driving.has(projectId)) return
    const stop = new AbortController()
    const done = this.#loop(projectId, stop.signal)
      .finally(() => this.#options.baselines.cancel(projectId))
      .finally(() => this.#driving.delete(projectId))
    this.#driving.set(projectId, {stop, done})
  }

  /** Lets go of a project: the step under way is broken off, nothing is undone. */
  async release(projectId: string): Promise<void> {
    const driven = this.#driving.get(projectId)
    driven?.stop.abort(new Error('released'))
    await driven?.done
  }

  /** Resolves when nothing more is being done for a project. */
  async idle(projectId: string): Promise<void> {
    await this.#driving.get(projectId)?.done
  }

  async releaseAll(): Promise<void> {
    await Promise.all([...this.#driving.keys()].map((id) => this.release(id)))
  }

  async #loop(projectId: string, signal: AbortSignal): Promise<void> {
    const {store} = this.#options
    while (!signal.aborted) {
      const project = store.project(projectId)
      if (!project) return
      this.#options.baselines.begin(project)
      const step = nextStep(project, this.#options.clock.now())
      if (step.do === 'nothing') {
        if (await this.#finish(project, signal)) return
        continue
      }
      if (step.do === 'wait') {
        await this.#wait(project, step.until, signal)
      } else await this.#attempt(project, step, signal)
    }
  }

  /** Until the project's record changes, or a time has come. */
  async #wait({id, revision}: Project, until: number | undefined, signal: AbortSignal): Promise<void> {
    const {feed, clock} = this.#options
    const isChanged = (project: Project) => project.revision !== revision
    const change = until === undefined ? feed.until(id, isChanged, signal) : feed.within(id, isChanged, until - clock.now(), signal)
    // Released: the loop sees it.
    await Promise.resolve(change).catch(() => undefined)
  }

  async #attempt(project: Project, step: Step, signal: AbortSignal): Promise<void> {
    try {
      await this.#perform(project, step, signal)
      this.#options.storage.over(project.id)
    } catch (error) {
      if (signal.aborted) return
      const failure = storageFailureIn(error)
      // A disk has room again without a person; the step is done again from what is on record.
      if (failure !== null) return this.#options.storage.wait(project, failure, signal)
      this.#options.logger.error('a step failed', {
        project: project.id,
        step: step.do,
        error: isOrchError(error) ? {code: error.code, message: error.message} : error,
      })
      await this.#block(project.id, isOrchError(error) ? `${error.message} ${error.remedy}` : messageOf(error), signal)
    }
  }

  async #perform(project: Project, step: Step, signal: AbortSignal): Promise<void> {
    const {starter, verifier, integrator} = this.#options
    switch (step.do) {
      case 'prepare':
        return starter.prepare(project)
      case 'start':
        return this.#start(project, step.agents, signal)
      case 'quarantine':
        return this.#quarantine(project, step.agents)
      case 'go-on':
        return this.#move(project.id, step.to, 'no start waits for its port', {resumeTo: null})
      case 'begin':
        return starter.begin(project)
      case 'check-claim':
        return this.#checkClaim(project, step.agent)
      case 'verify':
        if (project.state === 'running') return this.#move(project.id, 'verifying', 'every claim that was owed holds')
        return verifier.verify(project, signal)
      case 'merge':
        await this.#options.baselines.end(project)
        return integrator.integrate(project)
      case 'block':
        return this.#block(project.id, step.reason, signal)
      case 'wait':
      case 'nothing':
        return
    }
  }

  /**
   * An agent that was killed on its way up (its window, the tmux server, its worktree, by the kernel), or that would not take up its conversation as it was
   * asked to, is tried again, a few times; one that ended by itself is a reason to stop.
   */
  async #start(project: Project, agents: readonly Agent[], signal: AbortSignal): Promise<void> {
    const {starter, store, logger} = this.#options
    try {
      await starter.start(project, agents, signal)
      this.#cutOff.delete(project.id)
    } catch (error) {
      const attempts = (this.#cutOff.get(project.id) ?? 0) + 1
      const now = store.project(project.id)
      const ended = agents.map(({id}) => (now ? findAgent(now, id) : undefined)).filter((agent) => agent && hasEnded(agent))
      const isStart = hasCode(error, 'ORCH_AGENT_START')
      // In a team at work an end is one more end: it is tried again later, until the restarts are used up.
      if (isStart && project.state === 'running' && ended.length > 0) {
        logger.warn('a restart failed', {project: project.id, error: messageOf(error)})
        return
      }
      const isKilled = isStart && ended.some((agent) => agent!.exitCode === null)
      const homeless = await starter.withoutWorktree(agents)
      const isRefused = ended.some((agent) => agent!.context?.refused !== undefined)
      const isCutOff = isKilled || isRefused || hasCode(error, 'ORCH_TMUX') || homeless.length > 0
      if (!isCutOff || attempts > MAX_CUT_OFF) throw error
      this.#cutOff.set(project.id, attempts)
      // A process in a folder that is gone never gets ready, though it lives.
      const stranded = homeless.filter(({id}) => now && isAlive(findAgent(now, id)!.state))
      for (const {id} of stranded) await this.#options.restarts.restart(project.id, id, {why: 'its worktree was gone', fresh: false})
      logger.warn('a start was cut off', {project: project.id, attempts, error: messageOf(error)})
    }
  }

  /**
   * A claim whose worktree was removed is looked at after the agent's next start, which makes the worktree again: a process in a folder that is gone can
   * mend nothing. A worktree that is only damaged, or of an agent that is not to be started, is mended first.
   */
  async #checkClaim(project: Project, agent: Agent): Promise<void> {
    const {starter, claims, restarts, logger} = this.#options
    try {
      await claims.check(project, agent)
    } catch (error) {
      if (!hasCode(error, 'ORCH_NOT_FOUND')) throw error
      logger.warn('the worktree of a claim is not there', {project: project.id, agent: agent.id, error: error.message})
      const isHomeless = (await starter.withoutWorktree([agent])).length > 0
      if (isHomeless && (isAlive(agent.state) || hasEnded(agent))) {
        return restarts.restart(project.id, agent.id, {why: 'its worktree was gone', fresh: false})
      }
      await starter.makeWorktree(project, agent)
      await claims.check(project, agent)
    }
  }

  async #quarantine({id}: Project, agents: readonly Agent[]): Promise<void> {
    await this.#options.recorder.change(id, (project, now) =>
      sequence(
        project,
        ...agents.map((agent) => (before: Project) => {
          const what = `it ended ${agent.restarts + 1} times in a row, last: ${agent.evidence.what}`
          return agentChange(before, agent.id, 'quarantined', {source: 'orch', what, at: now})
        }),
      ),
    )
  }

  async #block(projectId: string, reason: string, signal: AbortSignal): Promise<void> {
    const {recorder, logger, storage, store} = this.#options
    try {
      await recorder.change(projectId, (project, now) => {
        if (isFinished(project.state)) return unchanged(project)
        return moveProject(project, 'blocked', {source: 'orch', what: 'blocked', at: now}, {reason, resumeTo: project.state})
      })
    } catch (error) {
      // Without the wait the step would be tried again at once, and nothing would tell that the disk takes writes again.
      logger.error('a project cannot be blocked', {project: projectId, error})
      await storage.wait(store.project(projectId)!, messageOf(error), signal)
    }
  }

  async #move(projectId: string, to: Project['state'], what: string, changes: Partial<Project> = {}): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => moveProject(project, to, {source: 'orch', what, at: now}, changes))
  }

  /**
   * Ends what still runs of a finished project, and puts its record away. A supervisor that died in between does it again.
   * @returns false when the disk could not take the record and it is to be tried again
   */
  async #finish(project: Project, signal: AbortSignal): Promise<boolean> {
    const {store, terminator, unmerged, repositories, storage, logger} = this.#options
    await this.#options.baselines.end(project)
    try {
      await terminator.stopAll(project, `the project is ${project.state}`)
      // An agent may commit until its process has ended.
      await unmerged
        .record(store.project(project.id) ?? project)
        .catch((error: unknown) => logger.warn('the commits left behind are not known', {project: project.id, error}))
      await repositories.check(project.id)
      await store.retire(project.id)
      storage.over(project.id)
    } catch (error) {
      logger.error('a finished project cannot be put away', {project: project.id, error})
      const failure = storageFailureIn(error)
      if (failure === null) return true
      await storage.wait(project, failure, signal)
      return false
    }
    return true
  }
}

function hasEnded({state}: Agent): boolean {
  return state === 'exited' || state === 'lost'
}
