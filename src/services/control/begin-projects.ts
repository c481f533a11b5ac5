import {OrchError, type Actor, type ProjectState} from '@orch/plugin-kit'
import type {Project} from '../../domain/model/project.js'
import type {ApprovedRun, PlannedRun, RunRequest, StartApproval} from '../planning/run-request.js'
import type {UnfinishedRun, UnfinishedRuns} from '../planning/unfinished-runs.js'
import type {ChildProjects} from '../projects/child-projects.js'
import type {Intake} from '../projects/intake.js'
import type {ProjectControl} from './project-control.js'

/** A specification; with the digest of its plan once that is made. */
export type BeginRun = RunRequest & Pick<Partial<ApprovedRun>, 'planDigest' | 'plannerUsd'>

export interface BeginRequest {
  readonly requests: readonly BeginRun[]
  /** What becomes of a specification whose project is unfinished: take it up, make another beside it, or follow it. */
  readonly unfinished: 'resume' | 'fresh' | 'follow'
  /** null: the plans are made for a person to approve, and no project is. */
  readonly approval: Omit<StartApproval, 'fresh'> | null
}

/** How it goes on, by specification. */
export type BeginProgress =
  /** It is being worked on already; no other project is made. */
  | {readonly follows: {readonly spec: string; readonly id: string; readonly name: string; readonly state: ProjectState}}
  | {readonly progress: {readonly spec: string; readonly line: string}}
  | {readonly planned: {readonly spec: string; readonly run: PlannedRun}}
  /** All plans are made and approved. */
  | {readonly starting: readonly string[]}
  | {readonly warned: {readonly spec: string; readonly warning: string}}
  /** The one that the failure is about. */
  | {readonly failed: {readonly spec: string}}

export type BeginResult =
  /** The ids, in the order of the requests. */
  | {readonly projects: readonly string[]}
  /** Specifications whose plans wait for approval: the same again with their digests and an approval. */
  | {readonly approve: readonly string[]}

export interface BeginContext {
  readonly by: Actor
  readonly tell: (item: BeginProgress) => void
  /** Ends the planning. What is being started is started. */
  readonly signal: AbortSignal
  /** @throws ORCH_REFUSED when the caller may not take a project up */
  readonly mayResume: (project: string) => Promise<void>
}

interface BeginProjectsOptions {
  readonly unfinished: Pick<UnfinishedRuns, 'of'>
  readonly intake: Pick<Intake, 'plan' | 'check' | 'start'>
  readonly children: Pick<ChildProjects, 'start'>
  readonly control: Pick<ProjectControl, 'resume'>
}

/** A specification and the project that is there for it; null: one is to be made. */
interface Errand {
  readonly run: BeginRun
  readonly takeUp: {readonly id: string; readonly resume: boolean} | null
}

/** Makes projects of specifications, all or none: each is looked up, planned and checked before the first is started. */
export class BeginProjects {
  readonly #options: BeginProjectsOptions

  constructor(options: BeginProjectsOptions) {
    this.#options = options
  }

  /**
   * May be called again with the same keys when the answer was lost: what was begun is found by its key.
   * @throws ORCH_CLASH for a project that is set aside, or whose specification was edited since; ORCH_NOT_FOUND, ORCH_AMBIGUOUS of `resume`
   */
  async begin(request: BeginRequest, context: BeginContext): Promise<BeginResult> {
    const errands = await inTurn(request.requests, context, (run) => this.#lookUp(run, request, context))
    const fresh = errands.flatMap(({run, takeUp}) => (takeUp === null ? [run] : []))
    const planned = await this.#planAll(fresh, context)
    const {approval} = request
    const specs = fresh.map(({spec}) => spec)
    if (!approval && specs.length > 0) return {approve: specs}
    context.signal.throwIfAborted()
    if (specs.length > 0) context.tell({starting: specs})
    if (planned.size > 1) await inTurn(fresh, context, (run) => this.#options.intake.check(planned.get(run)!, approval!))
    const starting: StartApproval | null = approval && {...approval, fresh: request.unfinished === 'fresh'}
    return {
      projects: await inTurn(
        errands.map(({run}) => run),
        context,
        (run, index) => this.#carryOut(errands[index]!, planned.get(run), starting, context),
      ),
    }
  }

  async #lookUp(run: BeginRun, {unfinished}: BeginRequest, {tell, by, mayResume}: BeginContext): Promise<Errand> {
    if (unfinished === 'fresh') return {run, takeUp: null}
    const {spec} = run
    const found = await this.#options.unfinished.of(spec, run)
    const own = found.find(({project: {key}}) => key === run.key)
    if (own) return {run, takeUp: {id: own.project.id, resume: false}}
    const last = found.at(-1)
    if (unfinished === 'resume') {
      if (!last) throw new OrchError('ORCH_NOT_FOUND', {what: 'unfinished project of', name: spec})
      const matches = found.map(({project}) => `orch resume ${project.id}`)
      if (found.length > 1) throw new OrchError('ORCH_AMBIGUOUS', {what: 'unfinished project', name: spec, matches})
      if (by.kind === 'agent') await mayResume(last.project.id)
      return {run, takeUp: {id: last.project.id, resume: true}}
    }
    if (!last) return {run, takeUp: null}
    refuseToFollow(spec, last)
    const {id, name, state} = last.project
    tell({follows: {spec, id, name, state}})
    return {run, takeUp: {id, resume: false}}
  }

  /** All at once; the first that fails ends the others. */
  async #planAll(runs: readonly BeginRun[], context: BeginContext): Promise<Map<BeginRun, ApprovedRun>> {
    const stop = new AbortController()
    const signal = AbortSignal.any([context.signal, stop.signal])
    const planned = await Promise.all(
      runs.map((run) =>
        naming(run, context, () => this.#planned(run, context, signal)).catch((error: unknown) => {
          stop.abort(error)
          throw error
        }),
      ),
    )
    return new Map(planned.map((approved, index) => [runs[index]!, approved]))
  }

  async #planned(run: BeginRun, {tell}: BeginContext, signal: AbortSignal): Promise<ApprovedRun> {
    const {spec, planFile} = run
    if (planFile !== null && run.planDigest !== undefined) return {...run, planFile}
    const planned = await this.#options.intake.plan(run, (line) => tell({progress: {spec, line}}), signal)
    tell({planned: {spec, run: planned}})
    return {...run, planFile: planned.planFile, planDigest: planned.planDigest, plannerUsd: planned.plannerUsd}
  }

  async #carryOut(
    {run, takeUp}: Errand,
    planned: ApprovedRun | undefined,
    approval: StartApproval | null,
    context: BeginContext,
  ): Promise<string> {
    const {by, tell} = context
    if (takeUp) {
      if (takeUp.resume) await this.#options.control.resume(takeUp.id, by, {restartDead: true, rebriefAll: false})
      return takeUp.id
    }
    const {project, warnings} = await this.#start(planned!, approval!, by)
    for (const warning of warnings) tell({warned: {spec: run.spec, warning}})
    return project.id
  }

  #start(run: ApprovedRun, approval: StartApproval, by: Actor): Promise<{project: Project; warnings: string[]}> {
    const {children, intake} = this.#options
    return by.kind === 'agent' ? children.start(by, run, approval) : intake.start(run, approval, by)
  }
}

/** What is set aside needs a decision, and so does a specification that is no longer the one the team works on. */
function refuseToFollow(spec: string, {project: {id, name, state, reason}, changed}: UnfinishedRun): void {
  const isAside = ['paused', 'blocked', 'waiting-credits'].includes(state)
  if (!isAside && !changed) return
  const stands = `its project ${id} (${name}) is ${state}${reason ? `: ${reason}` : ''}`
  throw new OrchError('ORCH_CLASH', {
    what: `${spec} is not finished`,
    why: changed ? `it was edited since, and ${stands}` : stands,
    remedy: `Take the project up as it is: the same with --resume. A new one beside it: --fresh. End it: orch stop ${id}`,
  })
}

async function inTurn<T>(
  runs: readonly BeginRun[],
  context: BeginContext,
  work: (run: BeginRun, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  for (const [index, run] of runs.entries()) results.push(await naming(run, context, () => work(run, index)))
  return results
}

/** Tells which specification a failure is about. */
async function naming<T>({spec}: BeginRun, {tell}: BeginContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    tell({failed: {spec}})
    throw error
  }
}
