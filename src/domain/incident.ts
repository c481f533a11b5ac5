import type {DomainEvent} from './event.js'
import type {Change} from './change.js'
import type {Project} from './project.js'

/** What may be wrong with an agent or a project; at most one incident a cause and subject is open. */
export const INCIDENT_CAUSES = ['stuck', 'unknown', 'no-answer', 'no-receipt', 'low-memory', 'worktree-missing'] as const
export type IncidentCause = (typeof INCIDENT_CAUSES)[number]

/** What is done about it, one after the other; the last is a person. */
export type Rung = 'seen' | 'nudge' | 're-brief' | 'restart' | 'person'

/** Something that is wrong now. It leaves the record when it is over; its story is in the event log. */
export interface Incident {
  readonly cause: IncidentCause
  /** Id of the agent; null: the project. */
  readonly agent: string | null
  /** Id of the message it is about, if any. */
  readonly about: string | null
  readonly what: string
  /** Milliseconds UTC. */
  readonly openedAt: number
  readonly rung: Rung
  /** When that rung was taken, milliseconds UTC. */
  readonly rungAt: number
}

const LADDERS: Readonly<Record<IncidentCause, readonly Rung[]>> = {
  stuck: ['nudge', 're-brief', 'restart', 'person'],
  // Nobody knows what stands on its screen, so nothing is typed into it and nothing is ended.
  unknown: ['person'],
  'no-answer': ['nudge', 'person'],
  'no-receipt': ['nudge', 'person'],
  'low-memory': ['person'],
  'worktree-missing': ['restart', 'person'],
}

/** The rung that is due, or null. The first comes at once, each further one after twice the wait of the one before. */
export function dueRung(incident: Incident, now: number, {ladderMinutes}: {ladderMinutes: number}, mayRestart: boolean): Rung | null {
  const ladder = LADDERS[incident.cause]
  const taken = ladder.indexOf(incident.rung)
  const next = ladder[taken + 1]
  if (next === undefined) return null
  const wait = taken < 0 ? 0 : ladderMinutes * 60_000 * 2 ** taken
  if (now - incident.rungAt < wait) return null
  return next === 'restart' && !mayRestart ? 'person' : next
}

export function findIncident(
  project: Project,
  cause: IncidentCause,
  agent: string | null,
  about: string | null = null,
): Incident | undefined {
  return incidentsOf(project).find((open) => open.cause === cause && open.agent === agent && open.about === about)
}

export function incidentsOf(project: Project): readonly Incident[] {
  return project.incidents ?? []
}

/** One that is open already is not opened again. */
export function openIncident(project: Project, incident: Pick<Incident, 'cause' | 'agent' | 'about' | 'what'>, now: number): Change {
  if (findIncident(project, incident.cause, incident.agent, incident.about)) return {project, events: []}
  const opened: Incident = {...incident, openedAt: now, rung: 'seen', rungAt: now}
  return {project: {...project, incidents: [...incidentsOf(project), opened]}, events: [tell(opened)]}
}

/** Records a rung before it is taken: a supervisor that dies in between takes it no second time. */
export function climb(project: Project, incident: Incident, rung: Rung, now: number): Change {
  const risen: Incident = {...incident, rung, rungAt: now}
  const incidents = incidentsOf(project).map((open) => (isSame(open, incident) ? risen : open))
  return {project: {...project, incidents}, events: [tell(risen)]}
}

export function closeIncident(project: Project, incident: Incident, why: string): Change {
  const incidents = incidentsOf(project).filter((open) => !isSame(open, incident))
  if (incidents.length === incidentsOf(project).length) return {project, events: []}
  return {project: {...project, incidents}, events: [tell({...incident, what: why}, 'over')]}
}

function isSame(a: Incident, b: Incident): boolean {
  return a.cause === b.cause && a.agent === b.agent && a.about === b.about
}

function tell({cause, agent, about, what, rung}: Incident, step: Rung | 'over' = rung): DomainEvent {
  return {type: 'incident', agent, data: {cause, step, what, ...(about === null ? {} : {about})}}
}
