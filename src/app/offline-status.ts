import {join} from 'node:path'
import {readBoundedText} from '@orch/plugin-kit/files'
import {findLockHolder} from '../adapters/lock-holder.js'
import {statePaths, type StatePaths} from '../adapters/paths.js'
import {ProjectStore} from '../adapters/project-store.js'
import {AjvValidator} from '../adapters/schema-validator.js'
import {SILENT_LOGGER} from '../adapters/silent-logger.js'
import {stoppedAt} from '../adapters/stop-mark.js'
import {SystemClock} from '../adapters/system-clock.js'
import {noSupervisorNeeds, type NoSupervisor} from '../services/status/supervisor-needs.js'
import type {UnreadableProjects} from '../services/recovery/unreadable-projects.js'
import {ProjectFinder} from '../services/status/find-project.js'
import {statusOf, statusOfAll, type Status} from '../services/status/status.js'

/** How long a supervisor that does not answer counts as one on its way up. */
const START_MS = 15_000

/** The last known status, read while no supervisor answers. @param what.project what a person typed; missing: every one that is unfinished @param what.all with every finished one @throws ORCH_NOT_FOUND, ORCH_AMBIGUOUS */
export async function readStatusOffline(
  dataDir: string,
  version: string,
  env: NodeJS.ProcessEnv,
  {project, all = false}: {readonly project?: string; readonly all?: boolean},
): Promise<Status> {
  const paths = statePaths(dataDir, version, env)
  const store = ProjectStore.reader({folder: paths.state, clock: new SystemClock(), schemas: new AjvValidator(), logger: SILENT_LOGGER})
  await store.look()
  const unfinished = store.projects()
  const holder = await findLockHolder(dataDir)
  const isStarting = holder !== null && holder.since !== null && Date.now() - holder.since < START_MS
  const silent = isStarting ? null : holder
  const house = noSupervisorNeeds({
    unfinished: isStarting ? 0 : unfinished.length + store.damaged().length,
    stoppedAt: await stoppedAt(paths.spool),
    silent,
    failure: await readStartFailure(paths),
    lastChange: Math.max(0, ...unfinished.map(({updatedAt}) => updatedAt)) || Date.now(),
  })
  const supervisor = {running: silent !== null, pid: silent?.pid ?? null, socket: paths.socket}
  const now = new SystemClock().now()
  const unreadable = store.damaged().length > 0 ? await unreadableProjects(store, paths.projects) : null
  if (project === undefined) return statusOfAll(store, supervisor, now, {all, house, unreadable: (await unreadable?.all()) ?? []})
  const record = unreadable?.find(project)
  if (record) return statusOf([], supervisor, now, {house, unreadable: [await unreadable!.describe(record)]})
  return statusOf([await new ProjectFinder(store).project(project)], supervisor, now, {house})
}

/** Loaded only when there are any: a look at the status is to be quick. */
async function unreadableProjects(store: ProjectStore, projects: string): Promise<UnreadableProjects> {
  const [{LocalFiles}, {LocalHost}, {ExecaRunner}, {UnreadableProjects: Found}] = await Promise.all([
    import('../adapters/local-files.js'),
    import('../adapters/local-host.js'),
    import('../adapters/process-runner.js'),
    import('../services/recovery/unreadable-projects.js'),
  ])
  return new Found({store, host: new LocalHost(new ExecaRunner()), files: new LocalFiles(), projects})
}

/** Where the supervisor of a state directory logs. */
export function supervisorLog(dataDir: string, version: string, env: NodeJS.ProcessEnv): string {
  return statePaths(dataDir, version, env).log
}

/** What bin/start.js left. */
async function readStartFailure({data}: StatePaths): Promise<NoSupervisor['failure']> {
  try {
    const text = await readBoundedText(join(data, 'start-failure.json'), {maxBytes: 100_000})
    const {attempts, why, since} = JSON.parse(text ?? '{}') as Record<string, unknown>
    return typeof attempts === 'number' && typeof why === 'string' && typeof since === 'number' ? {attempts, why, since} : null
  } catch {
    return null
  }
}
