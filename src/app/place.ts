import type {Config as OclifConfig} from '@oclif/core'
import type {StatePaths} from '../adapters/paths.js'
import type {Claimed} from '../adapters/state-directory.js'
import type {InstanceLock} from '../adapters/lock-names.js'

export interface Place {
  readonly oclif: OclifConfig
  readonly env: NodeJS.ProcessEnv
  readonly paths: StatePaths
  readonly claimed: Claimed
  readonly lock: InstanceLock
}
