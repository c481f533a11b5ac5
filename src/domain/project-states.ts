import type {ProjectState} from '@orch/plugin-kit'
import type {TransitionTable} from './transition.js'

/** Where a project may be set aside, and come back to. */
const ASIDE = ['paused', 'waiting-credits', 'waiting-port', 'blocked'] as const
const ENDS = ['failed', 'cancelled'] as const
const STEPS = ['planning', 'starting', 'running', 'verifying', 'merging'] as const
/** A project set aside is taken up at the step it left, found from the facts. */
const BACK = [...STEPS, ...ASIDE, ...ENDS] as const
const FINISHED: readonly ProjectState[] = ['completed', ...ENDS]

export const PROJECT_TRANSITIONS: TransitionTable<ProjectState> = {
  queued: ['planning', ...ASIDE, ...ENDS],
  planning: ['starting', ...ASIDE, ...ENDS],
  starting: ['running', ...ASIDE, ...ENDS],
  running: ['verifying', 'starting', ...ASIDE, ...ENDS],
  verifying: ['merging', 'running', ...ASIDE, ...ENDS],
  merging: ['completed', 'running', 'verifying', ...ASIDE, ...ENDS],
  completed: [],
  paused: BACK,
  'waiting-credits': BACK,
  'waiting-port': BACK,
  blocked: BACK,
  // Only a person's `orch resume` leads back.
  failed: STEPS,
  cancelled: STEPS,
}

/** States in which agents are meant to run. */
export function isActive(state: ProjectState): boolean {
  return !isFinished(state)
}

export function isFinished(state: ProjectState): boolean {
  return FINISHED.includes(state)
}
