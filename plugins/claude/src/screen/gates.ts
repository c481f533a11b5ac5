import {readFileSync} from 'node:fs'

/** A dialog of Claude Code that can stand between start and work. */
export interface Gate {
  readonly name: string
  /** Text that only this dialog shows. */
  readonly shows: RegExp
  /** The option that leads on, by its own text; null when only a person may choose. */
  readonly choose: RegExp | null
  /** Its options as versions showed them. */
  readonly seen: readonly SeenOptions[]
}

/** Options of a dialog, top to bottom, as they were read on versions of Claude Code. */
export interface SeenOptions {
  readonly versions: readonly string[]
  readonly options: readonly string[]
  /** Index of the highlighted one. */
  readonly highlighted: number
}

interface GateRow {
  readonly name: string
  readonly shows: string
  readonly choose: string | null
  readonly seen: readonly SeenOptions[]
}

/** `src` and `dist` lie at the same depth. */
const TABLE = JSON.parse(readFileSync(new URL('../../data/gates.json', import.meta.url), 'utf8')) as {readonly gates: readonly GateRow[]}

/**
 * The options' texts held in every version that was run; their order, their numbers and which one is highlighted did not: 2.1.197 offers trust with
 * `1. Yes, I trust this folder` highlighted, 2.1.330 with `No, exit`. So keys are worked out from what the screen shows, never fixed.
 */
export const GATES: readonly Gate[] = TABLE.gates.map(({name, shows, choose, seen}) => ({
  name,
  shows: new RegExp(shows),
  choose: choose === null ? null : new RegExp(choose),
  seen,
}))
