import type {SupervisorClient} from '@orch/plugin-kit/command'
import {statePaths} from '../adapters/paths.js'
import type {Trial} from '../domain/plugin-trial.js'
import {tryPlugins, type Suppose} from '../rpc/try-plugins.js'
import {ANSWER_MS, stopRunning, type Stopped} from './stop-running.js'

interface ReplaceRequest {
  readonly client: SupervisorClient
  readonly config: {readonly root: string; readonly dataDir: string; readonly version: string}
  readonly suppose?: Suppose
}

/**
 * Stops the supervisor for the next one, which the caller brings up. One that answers is stopped only when the next one is known to come up.
 * @throws what the next one would refuse to start with; the one that runs goes on then
 */
export async function replaceRunning({client, config, suppose}: ReplaceRequest): Promise<Stopped> {
  await tryBeside({client, config, ...(suppose ? {suppose} : {})})
  return stopRunning(client, config, {isForNext: true})
}

/**
 * Finds out whether a supervisor can come up in the place of the one that answers.
 * @returns what would become of the plugins; null when none answers that could be lost
 * @throws what it would refuse to start with
 */
export async function tryBeside({client, config, suppose = {}}: ReplaceRequest): Promise<Trial | null> {
  if (!(await client.peek('system.hello', {}, {timeoutMs: ANSWER_MS}).catch(() => null))) return null
  const {root, dataDir: data, version} = config
  const place = {root, data, env: process.env, paths: statePaths(data, version, process.env)}
  return tryPlugins(place, suppose).catch((error: unknown) => {
    process.stderr.write('! orch cannot start again as it is; the running supervisor stays.\n')
    throw error
  })
}
