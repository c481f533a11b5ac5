import {setTimeout as sleep} from 'node:timers/promises'
import {OrchError, hasCode} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {PlannedRun, RunRequest} from '../services/planning/run-request.js'

/** How often a plan is asked for while supervisors die over it. */
const ATTEMPTS = 20
/** Milliseconds before the second attempt; each further one waits so much longer, up to the most. */
const AGAIN_MS = 200
const AGAIN_AT_MOST_MS = 1_000

/**
 * Has the supervisor make a plan.
 * @param onProgress is told what goes on, a line at a time
 * @param signal ends the planning
 */
export async function makePlan(
  client: SupervisorClient,
  request: RunRequest,
  onProgress: (line: string) => void,
  signal?: AbortSignal,
): Promise<PlannedRun> {
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const item of client.stream<{progress?: string; planned?: PlannedRun}>(
        'project.plan',
        {...request},
        signal ? {signal} : {},
      )) {
        if (item.planned) return item.planned
        if (item.progress !== undefined) onProgress(item.progress)
      }
      throw new OrchError('ORCH_SUPERVISOR', {why: 'it went away while it planned', log: ''})
    } catch (error) {
      // Nothing is stored before the plan is there, so it can be made again.
      if (signal?.aborted || !hasCode(error, 'ORCH_SUPERVISOR') || attempt === ATTEMPTS) throw error
      await sleep(Math.min(AGAIN_MS * attempt, AGAIN_AT_MOST_MS))
    }
  }
}
