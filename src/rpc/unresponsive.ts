import {OrchError} from '@orch/plugin-kit'
import {findLockHolder, isHolderHidden} from '../adapters/lock-holder.js'
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
  if (!holder) {
    const hidden =
      'its place is taken, and it cannot be seen from here by which process: stop orch in the container that uses this state directory'
    const why = (await isHolderHidden(dataDir)) ? hidden : 'its place is taken, by a process of another user'
    return new OrchError('ORCH_SUPERVISOR', {why, log})
  }
  const started = holder.since === null ? '' : `, started ${new Date(holder.since).toISOString()},`
  return new OrchError('ORCH_SUPERVISOR', {why: `process ${holder.pid}${started} holds its place and says nothing`, log})
}
