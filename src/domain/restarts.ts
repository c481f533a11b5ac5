import type {Actor} from '@orch/plugin-kit'
import type {Change} from './change.js'
import {findAgent, withAgent} from './project.js'
import type {Agent} from './model/agent.js'
import type {Project} from './model/project.js'

export interface RestartIntent {
  readonly why: string
  /** In a new conversation, with the notes of the last one. */
  readonly fresh: boolean
  /** Missing: orch itself. */
  readonly by?: Actor
}

/** Milliseconds between the end of an agent and its first, second, third restart: a single crash costs no time, a loop must not spin. */
const BACK_OFF_MS = [0, 30_000, 120_000] as const
/** An agent that lived this long had not crashed over what ended its last run: the count starts anew. */
const LASTING_MS = 15 * 60_000

/** Its restarts are used up: it crashes again and again, and a person must look. */
export function isCrashLoop({restarts}: Agent): boolean {
  return restarts >= BACK_OFF_MS.length
}

/** When an agent that ended may be started again, milliseconds UTC. */
export function restartAt({restarts, evidence}: Agent): number {
  return evidence.at + (BACK_OFF_MS[restarts] ?? 0)
}

/** Its run lasted. @param now milliseconds UTC at which it ended */
export function lastedLong({run}: Agent, now: number): boolean {
  return run !== null && now - run.startedAt >= LASTING_MS
}

/** Puts on record that an agent is to be started again. */
export function intendRestart(project: Project, agentId: string, intent: RestartIntent): Change {
  const agent = findAgent(project, agentId)!
  return {project: withAgent(project, {...agent, context: {...agent.context, restart: intent}}), events: []}
}
