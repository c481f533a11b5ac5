import {OrchError, isOrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {PlannedRun, RunRequest} from '../services/planning/run-request.js'
import type {BeginProgress, BeginRequest as BeginParams, BeginResult, BeginRun} from '../services/control/begin-projects.js'
import {askConsent, type ConsentRequest, type Refusal} from './consent.js'
import {makePlan} from './make-plan.js'
import {planLines} from './plan-view.js'
import {whileSupervisorsDie} from './while-supervisors-die.js'

export interface BeginRequest extends Pick<ConsentRequest, 'approved' | 'ask' | 'edit' | 'tell'> {
  /** One a specification. */
  readonly requests: readonly RunRequest[]
  readonly initCommit: boolean
  readonly stopOnExit: boolean
  /** Take up what is unfinished; or make a new project though there is one. */
  readonly unfinished: BeginParams['unfinished']
}

export type Begun =
  | {readonly projects: readonly string[]}
  /** Nothing was started, because the person said no. */
  | Refusal

/** Has projects made of specifications and shows what becomes of each; a person is asked to approve the plans. @returns the ids, in the order of the requests */
export async function beginProjects(client: SupervisorClient, begin: BeginRequest): Promise<Begun> {
  const {requests, approved, initCommit, stopOnExit} = begin
  const approval = (by: 'person' | 'flag') => ({by, initCommit, stopOnExit})
  const conversation = new Conversation(client, begin)
  const first = await conversation.call(requests, approved === 'flag' ? approval('flag') : null)
  if ('projects' in first) return first
  const plans = conversation.plans()
  const read = (request: RunRequest, planFile: string) => makePlan(client, {...request, planFile}, begin.tell)
  const consent = await askConsent(plans, {...begin, read})
  if ('refused' in consent) return consent
  const approvedRuns = requests.map((request) => {
    const plan = consent.plans.get(request)
    return plan ? {...withPlan(request, plan), trustProject: request.trustProject || consent.trust} : request
  })
  const second = await conversation.call(approvedRuns, approval(consent.by))
  if ('projects' in second) return second
  throw new OrchError('ORCH_INTERNAL', {what: 'approved plans wait for another approval'})
}

/** Calls `project.begin` and prints its progress. */
class Conversation {
  readonly #client: SupervisorClient
  readonly #begin: BeginRequest
  /** By specification. A plan that a supervisor made before it died is not made again. */
  readonly #planned = new Map<string, PlannedRun>()
  readonly #said = new Set<string>()

  constructor(client: SupervisorClient, begin: BeginRequest) {
    this.#client = client
    this.#begin = begin
  }

  /** Those that were made, by request. */
  plans(): Map<RunRequest, PlannedRun> {
    return new Map(
      this.#begin.requests.flatMap((request) => {
        const planned = this.#planned.get(request.spec)
        return planned ? [[request, planned]] : []
      }),
    )
  }

  call(requests: readonly BeginRun[], approval: BeginParams['approval']): Promise<BeginResult> {
    return whileSupervisorsDie(() =>
      this.#once(
        requests.map((request) => this.#asFarAsPlanned(request)),
        approval,
      ),
    )
  }

  async #once(requests: readonly BeginRun[], approval: BeginParams['approval']): Promise<BeginResult> {
    const {unfinished} = this.#begin
    const failed: string[] = []
    try {
      const items = this.#client.stream<BeginProgress | BeginResult>('project.begin', {requests, unfinished, approval})
      for await (const item of items) {
        if ('projects' in item) return item
        if ('approve' in item) {
          this.#showPlans()
          return item
        }
        if ('failed' in item) failed.push(item.failed.spec)
        else this.#tell(item)
      }
      throw new OrchError('ORCH_SUPERVISOR', {why: 'it went away while projects were begun', log: ''})
    } catch (error) {
      throw this.#named(error, failed[0])
    }
  }

  /** Of several specifications a failure says whose it is. */
  #named(error: unknown, spec: string | undefined): unknown {
    if (spec !== undefined && this.#begin.requests.length > 1 && isOrchError(error) && !error.message.includes(spec))
      error.message = `${spec}: ${error.message}`
    return error
  }

  #asFarAsPlanned(request: BeginRun): BeginRun {
    const planned = this.#planned.get(request.spec)
    return planned && request.planDigest === undefined ? withPlan(request, planned) : request
  }

  #tell(item: Exclude<BeginProgress, {failed: unknown}>): void {
    const {requests, tell} = this.#begin
    if ('planned' in item) this.#planned.set(item.planned.spec, item.planned.run)
    else if ('progress' in item) tell(requests.length > 1 ? `${item.progress.spec}: ${item.progress.line}` : item.progress.line)
    else if ('warned' in item) tell(`! ${item.warned.warning}`)
    else if ('follows' in item) this.#sayOnce(followed(item.follows))
    else {
      this.#showPlans()
      const teams = item.starting.length > 1 ? `${item.starting.length} teams` : 'the team'
      this.#sayOnce(`Starting ${teams}: worktrees, then a window for each agent …`)
    }
  }

  #showPlans(): void {
    const plans = [...this.plans()]
    plans.forEach(([{spec}, planned], index) => {
      const title = plans.length > 1 ? `\n${index + 1} of ${plans.length}: ${spec}\n\n` : ''
      this.#sayOnce(`${title}${planLines(planned).join('\n')}\n`)
    })
  }

  /** Another attempt would say it again. */
  #sayOnce(line: string): void {
    if (!this.#said.has(line)) this.#begin.tell(line)
    this.#said.add(line)
  }
}

function withPlan(request: RunRequest, {planFile, planDigest, plannerUsd}: PlannedRun): BeginRun {
  return {...request, planFile, planDigest, plannerUsd}
}

function followed({spec, id, name, state}: Extract<BeginProgress, {follows: unknown}>['follows']): string {
  const follows = `this follows ${id} (${name}, ${state}), and what else the call says is left out.`
  return `${spec} is being worked on already: ${follows}\nA new project beside it: --fresh`
}
