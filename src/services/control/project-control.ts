import {OrchError, type Actor, type Clock, type Ids} from '@orch/plugin-kit'
import {BY_ORCH, evidenceOf, nameOf} from '../../domain/actor.js'
import {isPastStart} from '../../domain/agent-states.js'
import {accept, closeMailboxes} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {sequence, unchanged} from '../../domain/change.js'
import {findAgent, moveProject} from '../../domain/project.js'
import {isFinished} from '../../domain/project-states.js'
import {accountProblem, isRenewed} from '../../domain/limits.js'
import {requireResumable, resume, type Resumption} from '../../domain/resume.js'
import {intendRestart} from '../../domain/restarts.js'
import {claimFor} from '../../domain/routing.js'
import type {Store} from '../../domain/ports/store.js'
import type {Accounts} from '../agents/accounts.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {ContextCare} from '../briefing/context-care.js'
import type {Reconciler} from '../recovery/reconciler.js'
import type {Recorder} from '../record/recorder.js'
import type {RenewedCredentials} from '../credits/renewed-credentials.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import type {Restarts} from '../agents/restarts.js'
import type {ProjectRunner} from '../projects/project-runner.js'
import type {Project} from '../../domain/model/project.js'

interface ProjectControlOptions {
  readonly repositories: Pick<RepositoryWatch, 'resume'>
  readonly store: Store
  readonly recorder: Recorder
  readonly runner: ProjectRunner
  readonly reconciler: Reconciler
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly context: Pick<ContextCare, 'rebrief'>
  readonly accounts: Pick<Accounts, 'of'>
  readonly credentials: Pick<RenewedCredentials, 'take'>
  readonly restarts: Pick<Restarts, 'takeUp'>
  readonly clock: Clock
  readonly ids: Ids
}

interface ResumeRequest extends Partial<Resumption> {
  readonly rebriefAll?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** What is done to a project: stop, pause, resume. */
export class ProjectControl {
  readonly #options: ProjectControlOptions

  constructor(options: ProjectControlOptions) {
    this.#options = options
  }

  /** Ends a project and those that its agents started: the agents are stopped, branches and worktrees stay. */
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
    // First: should orch be killed in between, the parent is left to be ended again.
    await this.#endChildren(id, by)
    await runner.release(id)
    // What an agent has read is not expired: receipts of the last seconds stand in its transcript alone.
    await this.#options.watch.readTranscripts(id)
    const project = await recorder.change(id, (before, now) =>
      // The step that was under way may have ended it.
      isFinished(before.state)
        ? unchanged(before)
        : sequence(
            before,
            (current) => closeMailboxes(current, now),
            (current) =>
              moveProject(current, to, evidenceOf(by, why, now), {
                reason: why,
                finishedAt: now,
                resumeTo: current.resumeTo ?? current.state,
              }),
          ),
    )
    runner.drive(id)
    await runner.idle(id)
    // An agent may have started one until it was stopped.
    await this.#endChildren(id, by)
    return (await store.load(id)) ?? project
  }

  /** Ends the projects that agents of a project started. */
  async #endChildren(parent: string, by: Actor): Promise<void> {
    const {store} = this.#options
    const isAtWork = ({state, startedBy}: Project) => startedBy?.project === parent && !isFinished(state)
    await Promise.all(
      store.projects().flatMap((child) => {
        if (!isAtWork(child)) return []
        return this.#end(child.id, 'cancelled', by, `the project that started it, ${parent}, was ended`).catch((error: unknown) => {
          // It may have come to its own end meanwhile.
          const now = store.project(child.id)
          if (now && isAtWork(now)) throw error
        })
      }),
    )
  }

  /** Nothing new is started, verified or merged; agents go on with what they do. */
  async pause(id: string, by: Actor): Promise<Project> {
    const {recorder, runner} = this.#options
    this.#requireUnfinished(id)
    await runner.release(id)
    const paused = await recorder.change(id, (before, now) =>
      before.state === 'paused'
        ? unchanged(before)
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
   * Takes a project up where it was set aside, or where it was when it failed or was cancelled.
   * @param how.rebriefAll every agent that runs is told again who it is
   * @param how.env of the person's command: credentials in it count from here on
   * @throws ORCH_CLASH for a project that is completed, or whose deadline has passed
   */
  async resume(id: string, by: Actor, {env, ...how}: ResumeRequest = {}): Promise<Project> {
    const {recorder, runner, store, reconciler, context, clock} = this.#options
    const known = await store.load(id)
    if (!known) throw finished(id)
    requireResumable(known, how, clock.now())
    await this.#options.repositories.resume(known)
    // Its end may be under way: its agents are being stopped, and its record is put away.
    await runner.release(id)
    let project: Project
    try {
      await store.reopen(id)
      // Whatever went wrong may have kept the record from following the facts.
      await reconciler.reconcile(id)
      if (env) await this.#options.credentials.take(known, env)
      const renewed = await this.#renewed(known)
      // What an agent read before its process ended is not sent to it again.
      await this.#options.watch.readTranscripts(id, 'all')
      project = await recorder.change(id, (before, now) =>
        sequence(
          before,
          (current) => resume(current, {restartDead: true, ...how}, evidenceOf(by, `resumed by ${nameOf(by)}`, now)),
          ...renewed.map(
            (agentId) => (current: Project) => intendRestart(current, agentId, {why: 'its credential was renewed', fresh: false}),
          ),
        ),
      )
      await this.#options.restarts.takeUp(project)
    } finally {
      runner.drive(id)
    }
    if (!how.rebriefAll) return project
    for (const agent of project.agents.filter(({state}) => isPastStart(state))) {
      await context.rebrief(project, agent, `The project was resumed by ${nameOf(by)}.`)
    }
    return store.project(id) ?? project
  }

  /** Agents that were refused, and run with a credential that is not the one of now. */
  async #renewed(project: Project): Promise<string[]> {
    const refused = project.agents.flatMap((agent) => {
      const trouble = accountProblem(agent)
      return trouble ? [{agent, before: trouble.account}] : []
    })
    const looked = await Promise.all(refused.map(async (each) => ({...each, now: await this.#options.accounts.of(project, each.agent)})))
    return looked.filter(({now, before}) => now.countsAtStart && isRenewed(now, before)).map(({agent}) => agent.id)
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
      return sequence(
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
    throw finished(id)
  }
}

function finished(id: string): OrchError {
  return new OrchError('ORCH_CLASH', {what: `The project ${id}`, why: 'it is finished', remedy: 'Start a new one: orch run SPEC'})
}
