import type {Logger} from '@orch/plugin-kit'
import {statePaths} from './adapters/paths.js'
import {ProjectStore} from './adapters/project-store.js'
import {AjvValidator} from './adapters/schema-validator.js'
import {SystemClock} from './adapters/system-clock.js'
import type {UnreadableProjects} from './services/recovery/unreadable-projects.js'
import {RollCall} from './services/roll-call.js'
import {statusOf, statusOfAll, type Status} from './services/status.js'

/** The last known status, read while no supervisor runs. @param what.project what a person typed; missing: every one that is unfinished @param what.all with every finished one @throws ORCH_NOT_FOUND, ORCH_AMBIGUOUS */
export async function readStatusOffline(
  dataDir: string,
  version: string,
  env: NodeJS.ProcessEnv,
  {project, all = false}: {readonly project?: string; readonly all?: boolean},
): Promise<Status> {
  const {state, socket, projects} = statePaths(dataDir, version, env)
  const quiet: Logger = {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => quiet}
  const store = ProjectStore.reader({folder: state, clock: new SystemClock(), schemas: new AjvValidator(), logger: quiet})
  await store.look()
  const supervisor = {running: false, pid: null, socket}
  const now = new SystemClock().now()
  const unreadable = store.damaged().length > 0 ? await unreadableProjects(store, projects) : null
  if (project === undefined) return statusOfAll(store, supervisor, now, {all, unreadable: (await unreadable?.all()) ?? []})
  const record = unreadable?.find(project)
  if (record) return statusOf([], supervisor, now, {unreadable: [await unreadable!.describe(record)]})
  return statusOf([await new RollCall(store).project(project)], supervisor, now)
}

/** Loaded only when there are any: a look at the status is to be quick. */
async function unreadableProjects(store: ProjectStore, projects: string): Promise<UnreadableProjects> {
  const [{LocalFiles}, {LocalHost}, {ExecaRunner}, {UnreadableProjects: Found}] = await Promise.all([
    import('./adapters/local-files.js'),
    import('./adapters/local-host.js'),
    import('./adapters/process-runner.js'),
    import('./services/recovery/unreadable-projects.js'),
  ])
  return new Found({store, host: new LocalHost(new ExecaRunner()), files: new LocalFiles(), projects})
}

/** Where the supervisor of a state directory logs. */
export function supervisorLog(dataDir: string, version: string, env: NodeJS.ProcessEnv): string {
  return statePaths(dataDir, version, env).log
}
