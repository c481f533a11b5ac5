import type {AgentState} from '@orch/plugin-kit'
import type {TransitionTable} from './transition.js'

/** What a living agent may be seen doing; evidence moves it between these freely. */
const LIVING = ['ready', 'working', 'idle', 'needs-input', 'limited', 'stuck', 'unknown'] as const
const ENDS = ['exited', 'stopped', 'lost'] as const
const others = (state: AgentState): AgentState[] => LIVING.filter((other) => other !== state && other !== 'ready')

const living = (state: AgentState): readonly AgentState[] => [...others(state), ...ENDS]
/** An ended agent starts again in a new run. */
const again: readonly AgentState[] = ['planned', 'waiting-port', 'starting', 'stopped', 'lost', 'quarantined']

export const AGENT_TRANSITIONS: TransitionTable<AgentState> = {
  planned: ['waiting-port', 'starting', 'stopped'],
  'waiting-port': ['starting', 'planned', ...ENDS],
  starting: [...LIVING, 'planned', ...ENDS],
  ready: living('ready'),
  working: living('working'),
  idle: living('idle'),
  // A dialog may appear between two steps of a start.
  'needs-input': ['ready', 'starting', ...living('needs-input')],
  limited: living('limited'),
  stuck: living('stuck'),
  unknown: ['ready', ...living('unknown')],
  /** Its process has ended, again and again; a person lets it start once more. */
  quarantined: ['planned', 'waiting-port', 'starting', 'stopped', 'lost'],
  exited: again,
  stopped: again,
  lost: [...again, 'exited'],
}

/** Its process is thought to be alive. */
export function isAlive(state: AgentState): boolean {
  return state === 'starting' || (LIVING as readonly AgentState[]).includes(state)
}

/** Its turn is over, and nothing it does is waited for. */
export function isAtRest(state: AgentState): boolean {
  return state === 'idle' || state === 'ready'
}

/** It has passed its start and can be spoken to, as far as its state says. */
export function isPastStart(state: AgentState): boolean {
  return isAlive(state) && state !== 'starting'
}
