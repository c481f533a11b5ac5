import {isPastStart} from './agent-states.js'
import {idleInDebtSince} from './debt.js'
import {healthOf} from './health.js'
import {nextEscalationStep, type Means} from './incident.js'
import {findAgent} from './project.js'
import {hubOf} from './routing.js'
import type {Project} from './model/project.js'
import type {Incident} from './model/incident.js'

/**
 * What orch does next about an incident.
 * @returns the step and when it is due, milliseconds UTC; null when a person has it, or nothing is to be done as things are
 */
export function nextStepOf(project: Project, incident: Incident): ReturnType<typeof nextEscalationStep> {
  const agent = incident.agent === null ? undefined : findAgent(project, incident.agent)
  const hub = hubOf(project)
  const means = {
    restart: (agent?.context?.healthRestarts ?? 0) < healthOf(project).ladderRestarts,
    hub: hub !== undefined && hub.id !== incident.agent && isPastStart(hub.state),
  }
  const next =
    incident.cause === 'owes-claim' ? nextReminder(project, incident, means) : nextEscalationStep(incident, healthOf(project), means)
  // A person paused or must unblock the project: escalate only to that person.
  const isManaged = project.state === 'running' || project.state === 'starting'
  return isManaged || next?.step === 'person' ? next : null
}

/** The wait counts from the end of the agent's last turn; while it works or waits for something there is none. */
function nextReminder(project: Project, incident: Incident, means: Means): ReturnType<typeof nextEscalationStep> {
  const agent = incident.agent === null ? undefined : findAgent(project, incident.agent)
  const idleSince = agent ? idleInDebtSince(project, agent) : null
  return idleSince === null ? null : nextEscalationStep(incident, healthOf(project), means, Math.max(idleSince, incident.stepAt))
}
