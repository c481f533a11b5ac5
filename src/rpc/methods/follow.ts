import type {Clock} from '@orch/plugin-kit'
import {BY_ORCH} from '../../domain/actor.js'
import type {EventLog, LoggedEvent} from '../../domain/event.js'
import type {Project} from '../../domain/model/project.js'
import type {Need} from '../../domain/need.js'
import type {Store} from '../../domain/ports/store.js'
import {isFinished} from '../../domain/project-states.js'
import type {ProjectControl} from '../../services/control/project-control.js'
import type {WatchedProjects} from '../../services/projects/watched-projects.js'
import type {ChangeFeed} from '../../services/record/change-feed.js'
import type {Recorder} from '../../services/record/recorder.js'
import type {StorageWaits} from '../../services/recovery/storage-waits.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {needsYou} from '../../services/status/needs-you.js'
import {outcomeOf} from '../../services/status/outcome.js'
import {projectStatus} from '../../services/status/status.js'
import {params, stream, type CallContext, type OwnMethods} from '../method.js'
import {eventStream} from './event-stream.js'

interface FollowMethodsOptions {
  readonly store: Store
  readonly feed: ChangeFeed
  readonly log: EventLog
  readonly recorder: Pick<Recorder, 'change'>
  readonly control: Pick<ProjectControl, 'cancel'>
  readonly rollCall: ProjectFinder
  readonly attendance: WatchedProjects
  readonly storage: Pick<StorageWaits, 'all'>
  /** The supervisor is letting go of its clients: their streams end, and nothing follows from that. */
  readonly isStopping: () => boolean
  readonly clock: Clock
}

/** One line of `project.follow`: the project, what happened since the last line, and what it needs from a person. */
export interface FollowItem {
  readonly project: ReturnType<typeof projectStatus>
  readonly events: readonly LoggedEvent[]
  readonly outcome: ReturnType<typeof outcomeOf>
  readonly needsYou: readonly Need[]
}

interface FollowParams {
  readonly project?: string
  /** A person watches it at a terminal. */
  readonly attended?: boolean
  /** The project is not to outlast the command that follows it. */
  readonly guard?: boolean
}

/** Milliseconds between two looks at needs that come with time alone, while nothing happens. */
const NEEDS_MS = 5_000

const ONE = {project: {type: 'string', maxLength: 4096}}

/** Streams of what happens in projects. */
export function followMethods(options: FollowMethodsOptions): OwnMethods {
  const {rollCall} = options
  return {
    'project.follow': stream(
      params({...ONE, attended: {type: 'boolean'}, guard: {type: 'boolean'}}),
      (request: FollowParams, context: CallContext) => follow(options, request, context),
    ),
    'project.events': eventStream({...options, named: (name) => rollCall.named(name)}),
    'status.changes': stream(params(ONE), ({project}: {project?: string}, {signal}: CallContext) => changes(options, project, signal)),
  }
}

async function* follow(
  options: FollowMethodsOptions,
  {project: name, attended, guard}: FollowParams,
  {caller, signal}: CallContext,
): AsyncGenerator<FollowItem> {
  const {store, feed, rollCall, attendance, isStopping} = options
  // Listening begins before the project is looked at: its end may come between the look and the next item.
  const listening = new AbortController()
  const items = feed.itemsAndPauses(AbortSignal.any([signal, listening.signal]), NEEDS_MS)
  const first = items.next()
  const start = await rollCall.named(name).catch((error: unknown) => {
    listening.abort()
    throw error
  })
  const leave = attended && !caller.agent ? attendance.enter(start.id) : () => {}
  try {
    let last = followItem(options, start, [])
    yield last
    if (isFinished(start.state)) return
    for (let item = await first; !item.done; item = await items.next()) {
      const {project, events} = item.value ?? {project: store.project(start.id), events: []}
      if (project?.id !== start.id || project.revision < start.revision) continue
      const next = followItem(options, project, events)
      if (item.value === null && JSON.stringify(next.needsYou) === JSON.stringify(last.needsYou)) continue
      last = next
      yield next
      if (isFinished(project.state)) return
    }
  } finally {
    listening.abort()
    leave()
    const isStarter = !caller.agent || start.startedBy?.agent === caller.agent.agent
    if (guard && isStarter && signal.aborted && !isStopping()) await stopGuarded(options, start.id)
  }
}

function followItem({clock, storage}: FollowMethodsOptions, project: Project, events: readonly LoggedEvent[]): FollowItem {
  return {
    project: projectStatus(project),
    events,
    outcome: outcomeOf(project),
    needsYou: needsYou([project], clock.now(), {
      damaged: [],
      leftOut: [],
      storage: storage.all().filter((wait) => wait.project === project.id),
    }),
  }
}

/** The command that started the project is gone, and was asked not to leave it behind. */
async function stopGuarded({store, control}: FollowMethodsOptions, id: string): Promise<void> {
  const project = store.project(id)
  if (project?.options.stopOnExit && !isFinished(project.state)) await control.cancel(id, BY_ORCH, 'its command ended')
}

async function* changes(
  {feed, rollCall}: FollowMethodsOptions,
  name: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{project: string}> {
  const only = name === undefined ? null : (await rollCall.project(name)).id
  for await (const {project} of feed.items(signal)) {
    if (only === null || project.id === only) yield {project: project.id}
  }
}
