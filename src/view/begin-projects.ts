import {OrchError, isOrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {PlannedRun, RunRequest} from '../services/planning/run-request.js'
import type {ProjectStatus} from '../services/status/status.js'
import {askConsent, type Consent, type ConsentRequest, type Refusal} from './consent.js'
import {makePlan} from './make-plan.js'
import {planLines} from './plan-view.js'

export interface BeginRequest extends Pick<ConsentRequest, 'approved' | 'ask' | 'edit' | 'tell'> {
  /** One a specification. */
  readonly requests: readonly RunRequest[]
  readonly initCommit: boolean
  readonly stopOnExit: boolean
  /** Take up what is unfinished; or make a new project though there is one. */
  readonly unfinished: 'resume' | 'fresh' | 'follow'
}

export type Begun =
  | {readonly projects: readonly string[]}
  /** Nothing was started, because the person said no. */
  | Refusal

interface Unfinished {
  readonly project: ProjectStatus
  readonly changed: boolean
}

/** A specification and what is to be done about it. */
type Errand =
  {readonly request: RunRequest; readonly takeUp: string; readonly resume: boolean} | {readonly request: RunRequest; readonly takeUp: null}

/**
 * Has projects made of specifications, all or none: each is looked up, planned and checked before the first is started.
 * @returns the ids, in the order of the requests
 */
export async function beginProjects(client: SupervisorClient, begin: BeginRequest): Promise<Begun> {
  const errands = await each(begin, (request) => lookUp(client, begin, request))
  const fresh = errands.filter(({takeUp}) => takeUp === null)
  const planned = await planAll(
    client,
    begin,
    fresh.map(({request}) => request),
  )
  const read = (request: RunRequest, planFile: string) => makePlan(client, {...request, planFile}, begin.tell)
  const consent = await askConsent(planned, {...begin, read})
  if ('refused' in consent) return consent
  if (planned.size > 0)
    begin.tell(`Starting ${planned.size > 1 ? `${planned.size} teams` : 'the team'}: worktrees, then a window for each agent …`)
  const starts = new Map([...consent.plans].map(([request, plan]) => [request, startOf(begin, request, plan, consent)]))
  if (starts.size > 1) await each(begin, async (request) => starts.has(request) && client.call('project.check', starts.get(request)))
  const projects: string[] = []
  for (const errand of errands) projects.push(await naming(begin, errand.request, () => carryOut(client, begin, errand, starts)))
  return {projects}
}

async function lookUp(client: SupervisorClient, {unfinished, tell}: BeginRequest, request: RunRequest): Promise<Errand> {
  const {spec, project: folder, cwd} = request
  if (unfinished === 'fresh') return {request, takeUp: null}
  const found = await client.call<Unfinished[]>(
    'project.unfinished',
    {spec, project: folder, ...(cwd === undefined ? {} : {cwd})},
    {idempotent: true},
  )
  const [one, ...others] = found
  if (!one && unfinished === 'resume') throw new OrchError('ORCH_NOT_FOUND', {what: 'unfinished project of', name: spec})
  if (!one) return {request, takeUp: null}
  const matches = found.map(({project}) => `orch resume ${project.id}`)
  if (others.length > 0 && unfinished === 'resume') throw new OrchError('ORCH_AMBIGUOUS', {what: 'unfinished project', name: spec, matches})
  const {project} = found.at(-1)!
  if (unfinished === 'resume') return {request, takeUp: project.id, resume: true}
  refuseToFollow(request, found.at(-1)!)
  tell(
    `${spec} is being worked on already: this follows ${project.id} (${project.name}, ${project.state}), and what else the call says is left out.`,
  )
  tell('A new project beside it: --fresh')
  return {request, takeUp: project.id, resume: false}
}

/** What is set aside needs a decision, and so does a specification that is no longer the one the team works on. */
function refuseToFollow({spec}: RunRequest, {project: {id, name, state, reason}, changed}: Unfinished): void {
  const isAside = ['paused', 'blocked', 'waiting-credits'].includes(state)
  if (!isAside && !changed) return
  const stands = `its project ${id} (${name}) is ${state}${reason ? `: ${reason}` : ''}`
  const why = changed ? `it has been edited since, and ${stands}` : stands
  throw new OrchError('ORCH_CLASH', {
    what: `${spec} is not finished`,
    why,
    remedy: `Take the project up as it is: the same with --resume. A new one beside it: --fresh. End it: orch stop ${id}`,
  })
}

/** All at once; the first that fails ends the others. */
async function planAll(
  client: SupervisorClient,
  begin: BeginRequest,
  requests: readonly RunRequest[],
): Promise<Map<RunRequest, PlannedRun>> {
  const stop = new AbortController()
  const several = requests.length > 1
  const plans = await Promise.all(
    requests.map((request) =>
      naming(begin, request, () =>
        makePlan(client, request, (line) => begin.tell(several ? `${request.spec}: ${line}` : line), stop.signal),
      ).catch((error: unknown) => {
        stop.abort()
        throw error
      }),
    ),
  )
  plans.forEach((planned, index) => {
    if (several) begin.tell(`\n${index + 1} of ${plans.length}: ${requests[index]!.spec}\n`)
    begin.tell(`${planLines(planned).join('\n')}\n`)
  })
  return new Map(plans.map((planned, index) => [requests[index]!, planned]))
}

function startOf(
  {initCommit, stopOnExit, unfinished}: BeginRequest,
  request: RunRequest,
  {planFile, planDigest, plannerUsd}: PlannedRun,
  {by, trust}: Consent,
) {
  return {
    request: {...request, planFile, planDigest, plannerUsd, trustProject: request.trustProject || trust},
    approval: {by, initCommit, stopOnExit, fresh: unfinished === 'fresh'},
  }
}

async function carryOut(
  client: SupervisorClient,
  {tell}: BeginRequest,
  errand: Errand,
  starts: ReadonlyMap<RunRequest, ReturnType<typeof startOf>>,
): Promise<string> {
  if (errand.takeUp !== null) {
    if (errand.resume) await client.call('project.resume', {project: errand.takeUp})
    return errand.takeUp
  }
  const {id, warnings} = await client.call<{id: string; warnings: string[]}>('project.start', starts.get(errand.request), {
    idempotent: true,
  })
  for (const warning of warnings) tell(`! ${warning}`)
  return id
}

async function each<T>(begin: BeginRequest, work: (request: RunRequest) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (const request of begin.requests) results.push(await naming(begin, request, () => work(request)))
  return results
}

/** Of several specifications a failure says whose it is. */
async function naming<T>({requests}: BeginRequest, {spec}: RunRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (requests.length > 1 && isOrchError(error) && !error.message.includes(spec)) error.message = `${spec}: ${error.message}`
    throw error
  }
}
