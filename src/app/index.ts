/** Takes the place of the one supervisor of a state directory, and gives it back when nothing comes of it. */
import type {Config as OclifConfig} from '@oclif/core'
import {takeInstanceLock} from '../adapters/instance-lock.js'
import {statePaths} from '../adapters/paths.js'
import {claimStateDirectory} from '../adapters/state-directory.js'
import {compose} from './compose.js'
import type {Supervisor} from '../services/supervisor/supervisor.js'

/**
 * Builds the supervisor of a state directory.
 * @param oclif the loaded configuration of oclif: plugins and folders
 * @param env of this process; the folder of the tmux socket is put right in it
 * @returns null when another process is the supervisor already
 * @throws ORCH_STATE, ORCH_HOOK_OWNER, ORCH_CAPABILITY_MISSING, ORCH_CAPABILITY_TWICE, ORCH_PLUGIN_API, ORCH_CONFIG
 */
export async function createSupervisor(oclif: OclifConfig, env: NodeJS.ProcessEnv): Promise<Supervisor | null> {
  const paths = statePaths(oclif.dataDir, oclif.version, env)
  const claimed = await claimStateDirectory(paths.data, env['TMUX_TMPDIR'] ?? null)
  const lock = await takeInstanceLock(paths.data)
  if (!lock) return null
  try {
    return await compose({oclif, env, paths, claimed, lock})
  } catch (error) {
    await lock.release()
    throw error
  }
}
