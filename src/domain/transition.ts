import {OrchError} from '@orch/plugin-kit'

/** Where one may go from each state; a state that leads nowhere is an end. */
export type TransitionTable<S extends string> = {readonly [From in S]: readonly S[]}

/** @throws ORCH_ILLEGAL_TRANSITION when the table has no such step */
export function requireTransition<S extends string>(table: TransitionTable<S>, what: string, id: string, from: S, to: S): void {
  if (!table[from].includes(to)) throw new OrchError('ORCH_ILLEGAL_TRANSITION', {what, id, from, to})
}

export function isEnd<S extends string>(table: TransitionTable<S>, state: S): boolean {
  return table[state].length === 0
}
