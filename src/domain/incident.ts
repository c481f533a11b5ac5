import type {DomainEvent} from './event.js'
import {unchanged, type Change} from './change.js'
import type {IncidentCause, EscalationStep, Incident} from './model/incident.js'
import type {Project} from './model/project.js'
import type {HealthSettings} from './model/health-settings.js'

const LADDERS: Readonly<Record<IncidentCause, readonly EscalationStep[]>> = {
  stuck: ['nudge', 're-brief', 'restart', 'person'],
  // What its screen shows is not understood, so nothing is typed into it and nothing is ended.
  unknown: ['person'],
  'no-answer': ['nudge', 'person'],
  'no-receipt': ['nudge', 'person'],
  'low-memory': ['person'],
  'worktree-missing': ['restart', 'person'],
  'owes-claim': ['nudge', 'nudge', 'nudge', 'hub', 'person'],
  silent: ['person'],
  'idle-team': ['person'],
  'left-worktree': ['person'],
  'foreign-pane': ['person'],
  'repository-changed': ['person'],
  'record-fallback': ['person'],
  // What is to be done about it is the plugin's to decide.
  plugin: [],
}

/** Waits between two reminders of a claim grow up to this many times the first. */
const MAX_NUDGE_FACTOR = 4

/** What a ladder may do for its subject besides asking a person. */
export interface Means {
  readonly restart: boolean
  /** Another agent of the team is its hub. */
  readonly hub: boolean
}

/**
 * The step that comes next.
 * @param since milliseconds UTC from which the wait counts; default: when the last step was taken
 * @returns the step and when it is due, milliseconds UTC; null once a person was asked
 */
export function nextEscalationStep(
  incident: Incident,
  settings: Pick<HealthSettings, 'ladderMinutes' | 'nudgeSeconds'>,
  means: Means,
  since: number = incident.stepAt,
): {readonly step: EscalationStep; readonly at: number} | null {
  const taken = stepsTakenOf(incident)
  const next = LADDERS[incident.cause][taken]
  if (next === undefined) return null
  const step = (next === 'restart' && !means.restart) || (next === 'hub' && !means.hub) ? 'person' : next
  return {step, at: since + waitAfter(incident.cause, taken, settings)}
}

/** The first step comes at once, each further one after twice the wait of the one before. */
function waitAfter(
  cause: IncidentCause,
  taken: number,
  {ladderMinutes, nudgeSeconds}: Pick<HealthSettings, 'ladderMinutes' | 'nudgeSeconds'>,
) {
  if (taken === 0) return 0
  if (cause === 'owes-claim') return nudgeSeconds * 1000 * Math.min(2 ** taken, MAX_NUDGE_FACTOR)
  return ladderMinutes * 60_000 * 2 ** (taken - 1)
}

export function stepsTakenOf({cause, step, stepsTaken}: Incident): number {
  return stepsTaken ?? LADDERS[cause].indexOf(step) + 1
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
export function openIncident(
  project: Project,
  incident: Pick<Incident, 'cause' | 'agent' | 'about' | 'what' | 'commands'>,
  now: number,
): Change {
  if (findIncident(project, incident.cause, incident.agent, incident.about)) return unchanged(project)
  const opened: Incident = {...incident, openedAt: now, step: 'seen', stepAt: now}
  return {project: {...project, incidents: [...incidentsOf(project), opened]}, events: [tell(opened)]}
}

/** Records a step before it is taken: a supervisor that dies in between takes it no second time. */
export function climb(project: Project, incident: Incident, step: EscalationStep, now: number): Change {
  const stepsTaken = LADDERS[incident.cause].indexOf(step, stepsTakenOf(incident)) + 1
  const risen: Incident = {...incident, step, stepAt: now, stepsTaken}
  const incidents = incidentsOf(project).map((open) => (isSame(open, incident) ? risen : open))
  return {project: {...project, incidents}, events: [tell(risen)]}
}

export function closeIncident(project: Project, incident: Incident, why: string): Change {
  const incidents = incidentsOf(project).filter((open) => !isSame(open, incident))
  if (incidents.length === incidentsOf(project).length) return unchanged(project)
  return {project: {...project, incidents}, events: [tell({...incident, what: why}, 'over')]}
}

function isSame(a: Incident, b: Incident): boolean {
  return a.cause === b.cause && a.agent === b.agent && a.about === b.about
}

function tell({cause, agent, about, what, step}: Incident, now: EscalationStep | 'over' = step): DomainEvent {
  return {type: 'incident', agent, data: {cause, step: now, what, ...(about === null ? {} : {about})}}
}
