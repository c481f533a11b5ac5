import type {Clock, Terminal, Logger, OauthLedger, Workspace} from '@orch/plugin-kit'
import {actorOf, BY_ORCH} from '../../domain/actor.js'
import type {EventLog, LoggedEvent} from '../../domain/event.js'
import type {Files} from '../../domain/ports/files.js'
import type {ProcessUsage} from '../../services/health/process-usage.js'
import {liveStatusOf} from '../../services/status/live-check.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {ChildProjects} from '../../services/projects/child-projects.js'
import type {WatchedProjects} from '../../services/projects/watched-projects.js'
import type {ChangeFeed} from '../../services/record/change-feed.js'
import type {Intake} from '../../services/projects/intake.js'
import type {LeftOut} from '../../domain/plugin-fault.js'
import {needsYou} from '../../services/status/needs-you.js'
import type {Need} from '../../domain/need.js'
import type {ApprovedRun, RunRequest} from '../../services/planning/run-request.js'
import {outcomeOf, type MeasuredOutcome} from '../../services/status/outcome.js'
import {resultSize} from '../../services/status/result-size.js'
import type {NewRepository, NewRepositoryRequest} from '../../services/planning/new-repository.js'
import type {ProjectControl} from '../../services/projects/project-control.js'
import type {Recorder} from '../../services/record/recorder.js'
import type {RunProcesses} from '../../services/agents/run-processes.js'
import type {UnreadableProjects} from '../../services/recovery/unreadable-projects.js'
import type {StorageWaits} from '../../services/recovery/storage-waits.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {projectStatus, statusOf, statusOfAll, type Status} from '../../services/status/status.js'
import type {UnfinishedRuns} from '../../services/planning/unfinished-runs.js'
import {planCoverage} from '../../services/verification/plan-coverage.js'
import {call, params, stream, type CallContext, type OwnMethods} from '../method.js'
import {eventStream} from './event-stream.js'
import type {Project} from '../../domain/model/project.js'

interface ProjectMethodsOptions {
  readonly store: Store
  readonly workspace: Pick<Workspace, 'diff'>
  readonly feed: ChangeFeed
  readonly log: EventLog
  readonly recorder: Pick<Recorder, 'change'>
  readonly intake: Intake
  readonly children: Pick<ChildProjects, 'start'>
  readonly control: ProjectControl
  readonly rollCall: ProjectFinder
  readonly unfinished: UnfinishedRuns
  readonly newRepository: NewRepository
  readonly attendance: WatchedProjects
  /** Plugins that are not loaded because of what they did. */
  readonly leftOut: () => readonly LeftOut[]
  /** What needs a person about the house itself. */
  readonly house: () => Promise<readonly Need[]>
  readonly supervisor: Status['supervisor']
  readonly vitals: Pick<ProcessUsage, 'of'>
  readonly storage: Pick<StorageWaits, 'all'>
  readonly unreadable: UnreadableProjects
  readonly leftovers: RunProcesses
  readonly ledger: OauthLedger
  readonly logger: Logger
  readonly terminal: Terminal
  readonly files: Files
  /** The supervisor is letting go of its clients: their streams end, and nothing follows from that. */
  readonly isStopping: () => boolean
  readonly clock: Clock
}

const text = {type: 'string', maxLength: 4096}
const texts = {type: 'array', items: text, maxItems: 100}
const RUN_REQUEST = {
  key: text,
  spec: text,
  project: {type: ['string', 'null']},
  name: {type: ['string', 'null'], maxLength: 100},
  roles: texts,
  addRoles: texts,
  size: {enum: ['auto', 'small', 'medium', 'large']},
  flags: {type: 'object'},
  trustProject: {type: 'boolean'},
  needsAgent: {type: 'boolean'},
  env: {type: 'object', additionalProperties: {type: 'string'}},
  planFile: {type: ['string', 'null']},
}
/** Bounds a person may set. */
const BOUNDS = {
  unverified: {type: 'boolean'},
  deadlineAt: {type: ['integer', 'null']},
  budgetUsd: {type: ['number', 'null'], exclusiveMinimum: 0},
}
const APPROVAL = {
  by: {enum: ['person', 'flag']},
  initCommit: {type: 'boolean'},
  stopOnExit: {type: 'boolean'},
  fresh: {type: 'boolean'},
}
const ONE = {project: text}

const START = params(
  {
    request: params(
      {...RUN_REQUEST, cwd: text, ...BOUNDS, planDigest: text, plannerUsd: {type: ['number', 'null'], minimum: 0}},
      Object.keys(RUN_REQUEST),
    ),
    approval: params(APPROVAL, Object.keys(APPROVAL)),
  },
  ['request', 'approval'],
)

interface StartParams {
  readonly request: ApprovedRun
  readonly approval: Parameters<Intake['start']>[1]
}

/** Milliseconds between two looks at needs that come with time alone, while nothing happens. */
const NEEDS_MS = 5_000

/** One line of `project.follow`: the project, what happened since the last line, and what it needs from a person. */
export interface FollowItem {
  readonly project: ReturnType<typeof projectStatus>
  readonly events: readonly LoggedEvent[]
  readonly outcome: ReturnType<typeof outcomeOf>
  readonly needsYou: readonly Need[]
}

export function projectMethods(options: ProjectMethodsOptions): OwnMethods {
  const {
    store,
    feed,
    log,
    recorder,
    intake,
    children,
    control,
    rollCall,
    unfinished,
    newRepository,
    attendance,
    leftOut,
    house,
    supervisor,
    isStopping,
    clock,
    vitals,
    storage,
    unreadable,
  } = options
  const named = (name: string | undefined) => (name === undefined ? rollCall.only() : rollCall.project(name))

  async function* plan(request: RunRequest, {signal}: {signal: AbortSignal}): AsyncGenerator<{progress: string} | {planned: unknown}> {
    const lines: string[] = []
    let wake: () => void = () => {}
    const planning = intake.plan(
      request,
      (line) => {
        lines.push(line)
        wake()
      },
      signal,
    )
    let settled = false
    const done = planning.finally(() => {
      settled = true
      wake()
    })
    done.catch(() => undefined)
    while (!settled || lines.length > 0) {
      const line = lines.shift()
      if (line !== undefined) yield {progress: line}
      else await new Promise<void>((resolve) => (wake = resolve))
    }
    yield {planned: await planning}
  }

  const followItem = (project: Project, events: readonly LoggedEvent[]): FollowItem => ({
    project: projectStatus(project),
    events,
    outcome: outcomeOf(project),
    needsYou: needsYou([project], clock.now(), {
      damaged: [],
      leftOut: [],
      storage: storage.all().filter((wait) => wait.project === project.id),
    }),
  })

  const measured = async (project: Project): Promise<MeasuredOutcome> => ({
    ...outcomeOf(project),
    size: await resultSize(options.workspace, project),
  })

  async function* follow(
    {project: name, attended, guard}: {project?: string; attended?: boolean; guard?: boolean},
    {caller, signal}: CallContext,
  ): AsyncGenerator<FollowItem> {
    // Listening begins before the project is looked at: its end may come between the look and the next item.
    const listening = new AbortController()
    const changes = feed.itemsAndPauses(AbortSignal.any([signal, listening.signal]), NEEDS_MS)
    const first = changes.next()
    const start = await named(name).catch((error: unknown) => {
      listening.abort()
      throw error
    })
    const leave = attended && !caller.agent ? attendance.enter(start.id) : () => {}
    try {
      let last = followItem(start, [])
      yield last
      if (isFinished(start.state)) return
      for (let item = await first; !item.done; item = await changes.next()) {
        const {project, events} = item.value ?? {project: store.project(start.id), events: []}
        if (project?.id !== start.id || project.revision < start.revision) continue
        const next = followItem(project, events)
        if (item.value === null && JSON.stringify(next.needsYou) === JSON.stringify(last.needsYou)) continue
        last = next
        yield next
        if (isFinished(project.state)) return
      }
    } finally {
      listening.abort()
      leave()
      const isStarter = !caller.agent || start.startedBy?.agent === caller.agent.agent
      if (guard && isStarter && signal.aborted && !isStopping()) await stopGuarded(start.id)
    }
  }

  /** The command that started the project is gone, and was asked not to leave it behind. */
  async function stopGuarded(id: string): Promise<void> {
    const project = store.project(id)
    if (project?.options.stopOnExit && !isFinished(project.state)) await control.cancel(id, BY_ORCH, 'its command ended')
  }

  async function* changes({project: name}: {project?: string}, {signal}: {signal: AbortSignal}): AsyncGenerator<{project: string}> {
    const only = name === undefined ? null : (await rollCall.project(name)).id
    for await (const {project} of feed.items(signal)) {
      if (only === null || project.id === only) yield {project: project.id}
    }
  }

  return {
    'project.plan': stream(params({...RUN_REQUEST, cwd: text, ...BOUNDS}, Object.keys(RUN_REQUEST)), plan),
    'project.unfinished': call(
      params({spec: text, project: {type: ['string', 'null']}, cwd: text}, ['spec', 'project']),
      async ({spec, ...place}: {spec: string; project: string | null; cwd?: string}) =>
        (await unfinished.of(spec, place)).map((found) => ({project: projectStatus(found.project), changed: found.changed})),
    ),
    'repository.create': call(
      params({spec: text, dir: {type: ['string', 'null']}, parent: text, flags: RUN_REQUEST.flags, env: RUN_REQUEST.env}, [
        'spec',
        'dir',
        'parent',
      ]),
      async ({flags = {}, env = {}, ...request}: NewRepositoryRequest & Partial<Pick<RunRequest, 'flags' | 'env'>>) => {
        await intake.requireAgent({flags, env})
        return newRepository.make(request)
      },
    ),
    'project.check': call(START, async ({request, approval}: StartParams) => ({warnings: await intake.check(request, approval)})),
    'project.start': call(START, async ({request, approval}: StartParams, {caller}) => {
      const by = actorOf(caller)
      const start = by.kind === 'agent' ? children.start(by, request, approval) : intake.start(request, approval, by)
      const {project, warnings} = await start
      return {...projectStatus(project), warnings}
    }),
    'project.follow': stream(params({...ONE, attended: {type: 'boolean'}, guard: {type: 'boolean'}}), follow),
    'project.outcome': call(params(ONE), async ({project}: {project?: string}) => measured(await named(project))),
    'project.stop': call(params({...ONE, why: text}, ['project']), async ({project, why}: {project: string; why?: string}, {caller}) => {
      const record = unreadable.find(project)
      if (record) return unreadable.end(record, options)
      const found = await rollCall.project(project)
      return projectStatus(await control.cancel(found.id, actorOf(caller), why))
    }),
    'project.pause': call(params(ONE, ['project']), async ({project}: {project: string}, {caller}) =>
      projectStatus(await control.pause((await rollCall.project(project)).id, actorOf(caller))),
    ),
    'project.resume': call(
      params({
        ...ONE,
        restartDead: {type: 'boolean'},
        rebriefAll: {type: 'boolean'},
        deadlineAt: {type: 'integer'},
        budgetUsd: {type: 'number', exclusiveMinimum: 0},
        env: RUN_REQUEST.env,
      }),
      async (
        {project, restartDead = true, rebriefAll = false, env, ...bounds}: {project?: string} & Parameters<ProjectControl['resume']>[2],
        {caller},
      ) =>
        projectStatus(
          await control.resume((await named(project)).id, actorOf(caller), {
            ...{restartDead, rebriefAll, ...bounds},
            // An agent's own environment is the project's.
            ...(env && !caller.agent ? {env} : {}),
          }),
        ),
    ),
    'project.standing': call(params(ONE), async ({project}: {project?: string}) => liveStatusOf(await named(project), options)),
    'project.events': eventStream({feed, log, recorder, named}),
    'project.report': call(params(ONE), async ({project}: {project?: string}) => {
      const found = await named(project)
      return {
        ...(await measured(found)),
        status: projectStatus(found),
        merges: found.merges,
        verification: found.verification,
        claims: found.agents.map(({role, claim, rejections}) => ({role, claim, rejections})),
        messages: found.messages.length,
        coverage: await planCoverage(options.files, found),
      }
    }),
    'status.changes': stream(params(ONE), changes),
    'status.get': call(params({...ONE, all: {type: 'boolean'}}), async ({project, all}: {project?: string; all?: boolean}) => {
      const known = {vitals: (agent: string) => vitals.of(agent), leftOut: leftOut(), storage: storage.all(), house: await house()}
      const record = project === undefined ? undefined : unreadable.find(project)
      if (record) return statusOf([], supervisor, clock.now(), {...known, unreadable: [await unreadable.describe(record)]})
      if (project !== undefined) return statusOf([await rollCall.project(project)], supervisor, clock.now(), known)
      return statusOfAll(store, supervisor, clock.now(), {...known, ...(all ? {all} : {}), unreadable: await unreadable.all()})
    }),
  }
}
