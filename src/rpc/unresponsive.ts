import {OrchError} from '@orch/plugin-kit'
import {findLockHolder} from '../adapters/lock-holder.js'
import {statePaths} from '../adapters/paths.js'

/**
 * Why nothing can be asked although the place of the supervisor is taken.
 * @returns ORCH_SUPERVISOR with the process that is in the way
 */
export async function unresponsive({
  dataDir,
  version,
}: {
  readonly dataDir: string
  readonly version: string
}): Promise<OrchError<'ORCH_SUPERVISOR'>> {
  const holder = await findLockHolder(dataDir)
  const {log} = statePaths(dataDir, version, process.env)
  if (!holder) return new OrchError('ORCH_SUPERVISOR', {why: 'its place is taken, by no process of this user', log})
  const started = holder.since === null ? '' : `, started ${new Date(holder.since).toISOString()},`
  return new OrchError('ORCH_SUPERVISOR', {why: `process ${holder.pid}${started} holds its place and says nothing`, log})
}
