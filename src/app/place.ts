import type {Config as OclifConfig} from '@oclif/core'
import {takeInstanceLock} from '../adapters/instance-lock.js'
import type {InstanceLock} from '../adapters/lock-names.js'
import {statePaths, type StatePaths} from '../adapters/paths.js'
import {claimStateDirectory, type Claimed} from '../adapters/state-directory.js'

/** The place of the one supervisor of a state directory. */
export interface Place {
  readonly oclif: OclifConfig
  readonly env: NodeJS.ProcessEnv
  readonly paths: StatePaths
  readonly claimed: Claimed
  readonly lock: InstanceLock
}

/**
 * Takes the place; `lock.release` gives it back.
 * @param env of this process; the folder of the tmux socket is put right in it
 * @returns null when another process has it
 * @throws ORCH_STATE
 */
export async function takePlace(oclif: OclifConfig, env: NodeJS.ProcessEnv): Promise<Place | null> {
  const paths = statePaths(oclif.dataDir, oclif.version, env)
  const claimed = await claimStateDirectory(paths.data, env['TMUX_TMPDIR'] ?? null)
  const lock = await takeInstanceLock(paths.data)
  if (!lock) return null
  // tmux itself reads this variable: agents of the last supervisor live where that one's said.
  if (claimed.tmuxFolder === null) delete env['TMUX_TMPDIR']
  else env['TMUX_TMPDIR'] = claimed.tmuxFolder
  return {oclif, env, paths, claimed, lock}
}
