import type {Clock, Terminal, Workspace} from '@orch/plugin-kit'
import type {Project} from '../../domain/model/project.js'
import type {Need} from '../../domain/need.js'
import type {LeftOut} from '../../domain/plugin-fault.js'
import type {Files} from '../../domain/ports/files.js'
import type {Store} from '../../domain/ports/store.js'
import type {ProcessUsage} from '../../services/health/process-usage.js'
import type {StorageWaits} from '../../services/recovery/storage-waits.js'
import type {UnreadableProjects} from '../../services/recovery/unreadable-projects.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {liveStatusOf} from '../../services/status/live-check.js'
import {outcomeOf, type MeasuredOutcome} from '../../services/status/outcome.js'
import {resultSize} from '../../services/status/result-size.js'
import {projectStatus, statusOf, statusOfAll, type Status} from '../../services/status/status.js'
import {planCoverage} from '../../services/verification/plan-coverage.js'
import {call, params, type OwnMethods} from '../method.js'

interface StatusMethodsOptions {
  readonly store: Store
  readonly workspace: Pick<Workspace, 'diff'>
  readonly terminal: Terminal
  readonly files: Files
  readonly rollCall: ProjectFinder
  /** Plugins that are not loaded because of what they did. */
  readonly leftOut: () => readonly LeftOut[]
  /** Needs that concern the installation, not a project. */
  readonly house: () => Promise<readonly Need[]>
  readonly supervisor: Status['supervisor']
  readonly vitals: Pick<ProcessUsage, 'of'>
  readonly storage: Pick<StorageWaits, 'all'>
  readonly unreadable: UnreadableProjects
  readonly clock: Clock
}

const ONE = {project: {type: 'string', maxLength: 4096}}

/** Looks at projects. */
export function statusMethods(options: StatusMethodsOptions): OwnMethods {
  const {rollCall, files} = options
  return {
    'project.outcome': call(params(ONE), async ({project}: {project?: string}) => measured(options, await rollCall.named(project))),
    'project.standing': call(params(ONE), async ({project}: {project?: string}) => liveStatusOf(await rollCall.named(project), options)),
    'project.report': call(params(ONE), async ({project}: {project?: string}) => {
      const found = await rollCall.named(project)
      return {
        ...(await measured(options, found)),
        status: projectStatus(found),
        merges: found.merges,
        verification: found.verification,
        claims: found.agents.map(({role, claim, rejections}) => ({role, claim, rejections})),
        messages: found.messages.length,
        coverage: await planCoverage(files, found),
      }
    }),
    'status.get': call(params({...ONE, all: {type: 'boolean'}}), (request: {project?: string; all?: boolean}) => status(options, request)),
  }
}

async function measured({workspace}: StatusMethodsOptions, project: Project): Promise<MeasuredOutcome> {
  return {...outcomeOf(project), size: await resultSize(workspace, project)}
}

async function status(options: StatusMethodsOptions, {project, all}: {project?: string; all?: boolean}): Promise<Status> {
  const {store, rollCall, unreadable, supervisor, storage, vitals, clock} = options
  const now = clock.now()
  const known = {
    vitals: (agent: string) => vitals.of(agent),
    leftOut: options.leftOut(),
    storage: storage.all(),
    house: await options.house(),
  }
  const record = project === undefined ? undefined : unreadable.find(project)
  if (record) return statusOf([], supervisor, now, {...known, unreadable: [await unreadable.describe(record)]})
  if (project !== undefined) return statusOf([await rollCall.project(project)], supervisor, now, known)
  return statusOfAll(store, supervisor, now, {...known, ...(all ? {all} : {}), unreadable: await unreadable.all()})
}
