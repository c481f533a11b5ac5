import {OrchError, type Evidence} from '@orch/plugin-kit'
import {isPastStart} from './agent-states.js'
import {pendingIn} from './request.js'
import type {Seen, CheckIn} from './model/check-in.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

export const MINUTE_MS = 60_000
/** A role that names no interval, for instance one added later (the original's fallback). */
export const DEFAULT_EVERY_MINUTES = 30
/** Intervals below this would be a loop (the original's `0` meant now, for ever). */
export const MIN_EVERY_MINUTES = 5
/** Own check-ins an agent may have at a time. */
const MAX_OWN = 10
/** Check-ins in a row without an effect after which orch stops and asks a person. */
export const MAX_MISSES = 3
/** Longest interval of check-ins without an answer, which doubles each time. */
const MAX_EVERY_MS = 4 * 60 * MINUTE_MS
/** Most repetitions of a check-in that an agent scheduled, so that a forgotten one ends. */
const MAX_GIVEN = 100

/** An agent that runs and may be asked. */
export function isActiveFor({state}: Agent): boolean {
  return isPastStart(state)
}

/** Adds the check-in of orch where an active agent has none ahead. @returns the same list when the invariant holds */
export function withEveryCheckIn({agents, checkIns}: Project, newId: () => string, now: number): readonly CheckIn[] {
  const asked = new Set(checkIns.filter(({by}) => by === 'orch').map(({agent}) => agent))
  const missing = agents.filter((agent) => isActiveFor(agent) && !asked.has(agent.id))
  const added = missing.map(({id}) => ownCheckIn(newId(), id, DEFAULT_EVERY_MINUTES, now + DEFAULT_EVERY_MINUTES * MINUTE_MS))
  const unset = checkIns.some(({nextAt}) => nextAt === 0)
  if (added.length === 0 && !unset) return checkIns
  const dated = checkIns.map((checkIn) =>
    checkIn.nextAt === 0 ? {...checkIn, nextAt: now + (checkIn.everyMinutes ?? 0) * MINUTE_MS} : checkIn,
  )
  return [...dated, ...added]
}

/** The check-in orch makes for a role. @param nextAt 0: when the team is ready */
export function ownCheckIn(id: string, agent: string, everyMinutes: number, nextAt = 0): CheckIn {
  return {id, agent, everyMinutes, nextAt, note: null, by: 'orch', misses: 0, given: 0, seen: null}
}

/** A check-in an agent or a person asks for. @throws ORCH_USAGE for an interval that is too short, or too many */
export function newCheckIn(
  project: Project,
  request: {id: string; agent: string; by: string; note: string; everyMs: number | null; inMs: number | null},
  now: number,
): CheckIn {
  const {id, agent, by, note, everyMs, inMs} = request
  const refuse = (what: string, hint: string) => {
    throw new OrchError('ORCH_USAGE', {what, hint})
  }
  if ((everyMs === null) === (inMs === null)) refuse('Say either --every or --in.', 'orch checkin add --in 10m --note "…"')
  if (note.trim() === '') refuse('A check-in needs a note.', 'orch checkin add --in 10m --note "look at the build"')
  if (everyMs !== null && everyMs < MIN_EVERY_MINUTES * MINUTE_MS)
    refuse(`${Math.round(everyMs / 1000)} s is too often.`, `The shortest interval is ${MIN_EVERY_MINUTES}m; --in takes any time.`)
  if (project.checkIns.filter((own) => own.agent === agent && own.by !== 'orch').length >= MAX_OWN)
    refuse(`There are ${MAX_OWN} check-ins already.`, 'Remove one: orch checkin list, orch checkin remove ID')
  const everyMinutes = everyMs === null ? null : everyMs / MINUTE_MS
  return {id, agent, everyMinutes, nextAt: now + (everyMs ?? inMs!), note, by, misses: 0, given: 0, seen: null}
}

/** Why check-ins stopped: the last ones changed nothing. */
export const NO_ANSWER = 'it does not answer'

/** What is to be done about a check-in whose time has come. */
export type Due =
  /** The agent cannot take it now; it is looked at again. */
  | {readonly do: 'hold'; readonly why: string}
  /** What is known already says enough: no token is spent. */
  | {readonly do: 'skip'; readonly why: string}
  | {readonly do: 'give'}

/** @param seen what is seen of the agent now */
export function judge(project: Project, agent: Agent, checkIn: CheckIn, seen: Seen): Due {
  const held = heldBy(project, agent)
  if (held) return {do: 'hold', why: held}
  const waiting = project.messages.some(
    ({to, kind, cause, state}) =>
      to === agent.id && kind === 'checkin' && cause === checkIn.id && !['acknowledged', 'expired', 'dead'].includes(state),
  )
  if (waiting) return {do: 'hold', why: 'the last one has not reached it yet'}
  if (checkIn.by !== 'orch') return {do: 'give'}
  if (isProgress(checkIn, seen)) return {do: 'skip', why: 'it works'}
  if (agent.claim?.verdict === 'holds') return {do: 'skip', why: 'its claim holds'}
  if (agent.owes === 'nothing' && teamWorks(project, checkIn)) return {do: 'skip', why: 'the team works'}
  if (checkIn.misses >= MAX_MISSES) return {do: 'skip', why: NO_ANSWER}
  return {do: 'give'}
}

/** The check-in after it was dealt with; null when it is over. */
export function after(checkIn: CheckIn, due: 'skip' | 'give', seen: Seen, now: number): CheckIn | null {
  const given = checkIn.given + (due === 'give' ? 1 : 0)
  if (checkIn.everyMinutes === null || (checkIn.by !== 'orch' && given >= MAX_GIVEN)) return null
  const progressed = isProgress(checkIn, seen)
  const misses = checkIn.by !== 'orch' || progressed ? 0 : checkIn.misses + (due === 'give' ? 1 : 0)
  const everyMs = checkIn.everyMinutes * MINUTE_MS
  // Whether the last one came to anything is looked at without the longer wait.
  const factor = due === 'give' && misses >= MAX_MISSES ? 1 : 2 ** misses
  return {...checkIn, given, misses, seen, nextAt: now + Math.max(everyMs, Math.min(everyMs * factor, MAX_EVERY_MS))}
}

/**
 * Something came of it since the last look. After a check-in the turn that read it is no progress: the agent must be at work, or have said something.
 * What was never looked at before shows none.
 */
export function isProgress({seen: before, misses}: CheckIn, now: Seen): boolean {
  if (before === null) return now.working
  if (now.saidAt > before.saidAt) return true
  if (misses > 0) return now.working
  return now.evidenceAt > before.evidenceAt || now.transcript > before.transcript
}

function heldBy(project: Project, agent: Agent): string | null {
  if (project.state !== 'running') return `the project is ${project.state}`
  if (!isActiveFor(agent)) return `it is ${agent.state}`
  if (agent.state === 'limited' || agent.state === 'needs-input' || agent.state === 'quarantined') return `it is ${agent.state}`
  return pendingIn(project).some(({from}) => from === agent.id) ? 'it waits for an answer' : null
}

/** An agent that owes something did something since the last look at the one that is asked. */
function teamWorks({agents}: Project, {seen, nextAt, everyMinutes}: CheckIn): boolean {
  const lastLook = seen?.at ?? nextAt - (everyMinutes ?? 0) * MINUTE_MS
  return agents.some(
    ({owes, state, evidence}) => owes !== 'nothing' && (state === 'working' || (isSignOfLife(evidence) && evidence.at > lastLook)),
  )
}

/** Hooks and transcripts tell what an agent did itself. */
export function isSignOfLife({source}: Evidence): boolean {
  return source === 'hook' || source === 'transcript'
}
