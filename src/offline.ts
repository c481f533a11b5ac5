import type {Logger} from '@orch/plugin-kit'
import {statePaths} from './adapters/paths.js'
import {ProjectStore} from './adapters/project-store.js'
import {AjvValidator} from './adapters/schema-validator.js'
import {SystemClock} from './adapters/system-clock.js'
import {RollCall} from './services/roll-call.js'
import {RECENTLY_FINISHED, statusOf, type Status} from './services/status.js'

/** The last known status, read while no supervisor runs. @param project what a person typed; undefined: all @throws ORCH_NOT_FOUND, ORCH_AMBIGUOUS */
export async function readStatusOffline(
  dataDir: string,
  version: string,
  env: NodeJS.ProcessEnv,
  project: string | undefined,
): Promise<Status> {
  const {state, socket} = statePaths(dataDir, version, env)
  const quiet: Logger = {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => quiet}
  const store = ProjectStore.reader({folder: state, clock: new SystemClock(), schemas: new AjvValidator(), logger: quiet})
  await store.look()
  const projects =
    project === undefined
      ? [...store.projects(), ...(await store.finished(RECENTLY_FINISHED))]
      : [await new RollCall(store).project(project)]
  return statusOf(projects, {running: false, pid: null, socket}, new SystemClock().now(), {damaged: store.damaged()})
}

/** Where the supervisor of a state directory logs. */
export function supervisorLog(dataDir: string, version: string, env: NodeJS.ProcessEnv): string {
  return statePaths(dataDir, version, env).log
}
