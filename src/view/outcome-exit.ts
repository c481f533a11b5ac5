import {EXIT} from '@orch/plugin-kit'
import type {Outcome} from '../services/status/outcome.js'

/** From best to worst: what came to nothing counts more than what was called off, and that more than what is still going on. */
const WORSE = [EXIT.ok, EXIT.tryLater, EXIT.interrupted, EXIT.failed] as const

/** Maps an outcome to an exit code. @param wait whether the command waits for the end */
export function exitOf({state}: Pick<Outcome, 'state'>, wait: boolean): number {
  if (state === 'blocked' || state === 'failed') return EXIT.failed
  if (state === 'cancelled') return EXIT.interrupted
  if (!wait || state === 'completed') return EXIT.ok
  return EXIT.tryLater
}

/** The exit code of several. */
export function worstExit(exits: readonly number[]): number {
  const rank = (exit: number) => WORSE.findIndex((known) => known === exit)
  return exits.reduce((worst, exit) => (rank(exit) > rank(worst) ? exit : worst), EXIT.ok)
}
