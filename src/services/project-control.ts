import {OrchError, type Actor, type Ids} from '@orch/plugin-kit'
import {BY_ORCH, evidenceOf, nameOf} from '../domain/actor.js'
import {moveAgent, type Agent} from '../domain/agent.js'
import {isPastStart} from '../domain/agent-states.js'
import {withFreshBudget} from '../domain/budget.js'
import {closeIncident, incidentsOf} from '../domain/incident.js'
import {dueNow} from '../domain/limits.js'
import {accept, closeMailboxes} from '../domain/mailbox.js'
import {newMessage} from '../domain/message.js'
import {inTurn, unchanged} from '../domain/change.js'
import {findAgent, moveProject, withAgent, type Project} from '../domain/project.js'
import {isFinished} from '../domain/project-states.js'
import {claimFor} from '../domain/routing.js'
import type {Store} from '../domain/store.js'
import type {ContextCare} from './health/context-care.js'
import type {Reconciler} from './reconciler.js'
import type {Recorder} from './recorder.js'
import type {Runner} from './runner.js'

interface ProjectControlOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly runner: Runner
  readonly reconciler: Reconciler
  readonly context: Pick<ContextCare, 'rebrief'>
  readonly ids: Ids
}

/** What is done to a project: stop, pause, resume. */
export class ProjectControl {
  readonly #options: ProjectControlOptions

  constructor(options: ProjectControlOptions) {
    this.#options = options
  }

  /** Ends a project: its agents are stopped, its branches and worktrees stay. */
  cancel(id: string, by: Actor, why = `stopped by ${nameOf(by)}`): Promise<Project> {
    return this.#end(id, 'cancelled', by, why)
  }

  /** Ends a project whose time is up, as `cancel` does; it has failed. */
  expire(id: string, why: string): Promise<Project> {
    return this.#end(id, 'failed', BY_ORCH, why)
  }

  async #end(id: string, to: 'cancelled' | 'failed', by: Actor, why: string): Promise<Project> {
    const {recorder, runner, store} = this.#options
    this.#requireUnfinished(id)
    await runner.release(id)
    const project = await recorder.change(id, (before, now) =>
      // The step that was under way may have ended it.
      isFinished(before.state)
        ? unchanged(before)
        : inTurn(
            before,
            (current) => closeMailboxes(current, now),
            (current) => moveProject(current, to, evidenceOf(by, why, now), {reason: why, finishedAt: now}),
          ),
    )
    runner.drive(id)
    await runner.idle(id)
    return (await store.load(id)) ?? project
  }

  /** Nothing new is started, verified or merged; agents go on with what they do. */
  async pause(id: string, by: Actor): Promise<Project> {
    const {recorder, runner} = this.#options
    this.#requireUnfinished(id)
    await runner.release(id)
    const paused = await recorder.change(id, (before, now) =>
      before.state === 'paused'
        ? {project: before, events: []}
        : moveProject(before, 'paused', evidenceOf(by, `paused by ${nameOf(by)}`, now), {resumeTo: before.resumeTo ?? before.state}),
    )
    runner.drive(id)
    return paused
  }

  /** Sets a project aside until a person has looked at it; what was under way is broken off. */
  async block(id: string, reason: string): Promise<Project> {
    const {recorder, runner} = this.#options
    this.#requireUnfinished(id)
    await runner.release(id)
    const blocked = await recorder.change(id, (before, now) =>
      isFinished(before.state)
        ? unchanged(before)
        : moveProject(before, 'blocked', {source: 'orch', what: 'blocked', at: now}, {reason, resumeTo: before.resumeTo ?? before.state}),
    )
    runner.drive(id)
    return blocked
  }

  /**
   * Takes a project up where it was set aside.
   * @param how.restartDead agents that ended are started again
   * @param how.rebriefAll every agent that runs is told again who it is
   */
  async resume(
    id: string,
    by: Actor,
    how: {restartDead: boolean; rebriefAll: boolean} = {restartDead: true, rebriefAll: false},
  ): Promise<Project> {
    const {recorder, runner} = this.#options
    this.#requireUnfinished(id)
    await runner.release(id)
    // Whatever went wrong may have kept the record from following the facts.
    await this.#options.reconciler.reconcile(id)
    const project = await recorder.change(id, (before, now) => {
      const evidence = evidenceOf(by, `resumed by ${nameOf(by)}`, now)
      const to = before.resumeTo ?? before.state
      const ended = how.restartDead ? before.agents.filter(({state}) => ['exited', 'stopped', 'quarantined'].includes(state)) : []
      return inTurn(
        before,
        (current) => (to === current.state ? {project: current, events: []} : moveProject(current, to, evidence, {resumeTo: null})),
        (current) => unchanged(withFreshBudget(current)),
        // The count starts anew: somebody has looked at it.
        ...ended.map(({id: agentId}) => (current: Project) => {
          const agent = current.agents.find((candidate) => candidate.id === agentId)!
          const lost = moveAgent(agent, 'lost', evidence, {restarts: 0, rejections: 0})
          return {project: withAgent(current, lost.agent), events: lost.events}
        }),
        (current) => ({project: {...current, agents: current.agents.map((agent) => dueNow(startAnew(agent), now))}, events: []}),
        ...incidentsOf(before).map(
          (incident) => (current: Project) => closeIncident(current, incident, `${nameOf(by)} resumed the project`),
        ),
      )
    })
    runner.drive(id)
    if (!how.rebriefAll) return project
    for (const agent of project.agents.filter(({state}) => isPastStart(state))) {
      await this.#options.context.rebrief(project, agent, `The project was resumed by ${nameOf(by)}.`)
    }
    return this.#options.store.project(id) ?? project
  }

  /** An agent says that it cannot do its work: the project waits for a person, and the hub is told where the policy wants claims copied. */
  async fail(id: string, agentId: string, reason: string): Promise<void> {
    const {recorder, ids} = this.#options
    this.#requireUnfinished(id)
    await recorder.change(id, (before, now) => {
      const agent = findAgent(before, agentId)!
      const letter = claimFor(before, agent, `I cannot do my work: ${reason}`)
      const evidence = evidenceOf({kind: 'agent', project: id, agent: agentId, role: agent.role}, `${agent.role} says it failed`, now)
      const blocked = {reason: `${agent.role} says: ${reason}`, resumeTo: before.resumeTo ?? before.state}
      return inTurn(
        before,
        (current) => ({project: current, events: [{type: 'incident', agent: agentId, data: {failed: reason}}]}),
        (current) => (current.state === 'blocked' ? unchanged(current) : moveProject(current, 'blocked', evidence, blocked)),
        (current) => (letter ? accept(current, newMessage(ids.next('m'), letter, now)) : unchanged(current)),
      )
    })
  }

  #requireUnfinished(id: string): void {
    const project = this.#options.store.project(id)
    if (project && !isFinished(project.state)) return
    throw new OrchError('ORCH_CLASH', {what: `The project ${id}`, why: 'it is finished', remedy: 'Start a new one: orch run SPEC'})
  }
}

function startAnew(agent: Agent): Agent {
  return {...agent, restarts: 0, rejections: 0, care: {...agent.care, rescues: 0}}
}
