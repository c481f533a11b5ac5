import {plural} from '../../domain/plural.js'
import type {Need} from '../../domain/need.js'

/** Why no supervisor drives what is unfinished. */
export interface NoSupervisor {
  /** Unfinished projects, those whose record cannot be read included. */
  readonly unfinished: number
  /** Milliseconds UTC at which a person stopped it; null when nobody did. */
  readonly stoppedAt: number | null
  /** The process that holds its place and does not answer; null when there is none. */
  readonly silent: {readonly pid: number} | null
  /** The watchdog's starts that failed since the last that did not. */
  readonly failure: {readonly attempts: number; readonly why: string; readonly since: number} | null
  /** Milliseconds UTC of the last change on record. */
  readonly lastChange: number
}

const START = 'orch daemon start'

/** One line for a person while nothing goes on; none while nothing has to. */
export function noSupervisorNeeds({unfinished, stoppedAt, silent, failure, lastChange}: NoSupervisor): Need[] {
  const need = (what: string, command: string, since: number): Need[] => [{project: null, agent: null, what, since, commands: [command]}]
  if (silent)
    return need(`the supervisor runs as process ${silent.pid} and does not answer: orch daemon restart`, 'orch daemon restart', lastChange)
  if (unfinished === 0) return []
  const idle = `no supervisor runs, and ${plural(unfinished, 'project')} ${unfinished === 1 ? 'is' : 'are'} unfinished`
  if (stoppedAt !== null) return need(`${idle}; a person stopped it: orch daemon start`, START, stoppedAt)
  if (failure) {
    const tried = `${plural(failure.attempts, 'start')} failed: ${failure.why}`
    return need(`${idle}; ${tried}. It is tried again; to see why: orch daemon start`, START, failure.since)
  }
  return need(`${idle}: orch daemon start`, START, lastChange)
}

/** Entries of the spool that are no reports, for a person to look at. */
export function badEntryNeeds(bad: {readonly folder: string; readonly count: number; readonly since: number} | null): Need[] {
  if (!bad) return []
  const {folder, count, since} = bad
  const what = `${plural(count, 'entry', 'entries')} of the spool cannot be read as a hook's report. Look at ${folder}, then remove it`
  return [{project: null, agent: null, what, since, commands: []}]
}
