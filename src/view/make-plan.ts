import {OrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {PlannedRun, RunRequest} from '../services/planning/run-request.js'
import {whileSupervisorsDie} from './while-supervisors-die.js'

/**
 * Has the supervisor make a plan. Nothing is stored before the plan is there, so it can be made again.
 * @param onProgress receives progress, one line at a time
 * @param signal ends the planning
 */
export function makePlan(
  client: SupervisorClient,
  request: RunRequest,
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<PlannedRun> {
  return whileSupervisorsDie(async () => {
    const items = client.stream<{progress?: string; planned?: PlannedRun}>('project.plan', {...request}, signal ? {signal} : {})
    for await (const item of items) {
      if (item.planned) return item.planned
      if (item.progress !== undefined) onProgress(item.progress)
    }
    throw new OrchError('ORCH_SUPERVISOR', {why: 'it went away while it planned', log: ''})
  }, signal)
}
