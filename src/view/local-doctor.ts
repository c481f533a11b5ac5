import type {CheckResult} from '@orch/plugin-kit'
import {ExecaRunner} from '../adapters/process-runner.js'
import {inspectStateFolder} from '../adapters/state-folder.js'
import {stateChecks, toolChecks} from '../services/doctor/local-checks.js'

/** What `orch doctor` finds out by itself. */
export async function checkLocally(dataDir: string): Promise<CheckResult[]> {
  return stateChecks(await inspectStateFolder(dataDir))
}

/** For when no supervisor runs that could ask the plugins. */
export async function checkTools(): Promise<CheckResult[]> {
  return toolChecks(new ExecaRunner())
}
