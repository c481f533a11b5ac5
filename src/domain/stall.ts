import {isAlive, isAtRest} from './agent-states.js'
import {sequence, unchanged, type Change} from './change.js'
import {hasSaidWhy, idleInDebtSince, isInDebt, waitsForTeam} from './debt.js'
import {healthOf} from './health.js'
import {closeIncident, findIncident, openIncident} from './incident.js'
import {isOpen} from './message.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Incident} from './model/incident.js'
import type {Agent} from './model/agent.js'

/** Milliseconds of work in one go after which an agent is at work again: the turn that reads a reminder is shorter. */
const AT_WORK_AGAIN_MS = 3 * 60_000

/**
 * Opens and closes the incidents of agents that stopped without a claim, and the one of a team in which no agent works.
 * @param now milliseconds UTC
 */
export function followStalls(project: Project, now: number): Change {
  return sequence(
    project,
    ...project.agents.map(
      ({id}) =>
        (next: Project) =>
          followDebt(next, findAgent(next, id)!, now),
    ),
    (next) => followTeam(next, now),
  )
}

function followDebt(project: Project, agent: Agent, now: number): Change {
  const open = findIncident(project, 'owes-claim', agent.id)
  if (open) {
    const why = whyOver(project, agent, now)
    return why === null ? unchanged(project) : closeIncident(project, open, why)
  }
  const since = project.state === 'running' ? idleInDebtSince(project, agent) : null
  if (since === null || now - since < healthOf(project).nudgeSeconds * 1000) return unchanged(project)
  const what = `${agent.role} ended its turn and has not claimed its ${agent.owes === 'commits' ? 'work' : 'report'}`
  return openIncident(project, {cause: 'owes-claim', agent: agent.id, about: null, what}, now)
}

/** Why an agent is no longer overdue; null while it is, also during the short turn in which it reads a reminder. */
function whyOver(project: Project, agent: Agent, now: number): string | null {
  if (!isInDebt(agent)) return agent.claim === null ? 'it owes nothing' : 'it has claimed'
  if (isLastingWork(agent, now)) return 'it is at work'
  if (agent.state !== 'working' && !isAtRest(agent.state)) return `it is ${agent.state}`
  if (hasSaidWhy(project, agent)) return 'it says what it waits for'
  if (waitsForTeam(project, agent)) return 'it waits for the team'
  return null
}

function followTeam(project: Project, now: number): Change {
  const open = findIncident(project, 'idle-team', null)
  const overdue = project.agents.filter(({id}) => isHandedOn(findIncident(project, 'owes-claim', id)))
  if (open) {
    const why = whyTeamIsBack(project, overdue, now)
    return why === null ? unchanged(project) : closeIncident(project, open, why)
  }
  if (project.state !== 'running' || overdue.length === 0 || !isIdle(project)) return unchanged(project)
  const debtors = project.agents.filter((agent) => isInDebt(agent) && !waitsForTeam(project, agent))
  if (debtors.some((agent) => !overdue.includes(agent))) return unchanged(project)
  const roles = overdue.map(({role}) => role)
  const what = `no agent is at work, and ${roles.join(', ')} ${roles.length === 1 ? 'owes a claim' : 'owe claims'} despite reminders`
  const commands = [...roles.map((role) => `orch attach ${project.id} ${role}`), `orch send ${project.id}:${roles[0]} "…"`]
  return openIncident(project, {cause: 'idle-team', agent: null, about: null, what, commands}, now)
}

function whyTeamIsBack(project: Project, overdue: readonly Agent[], now: number): string | null {
  if (overdue.length === 0) return 'no reminder is open'
  return project.agents.some((agent) => isLastingWork(agent, now)) ? 'an agent is at work' : null
}

/** Its own reminders are used up. */
function isHandedOn(incident: Incident | undefined): boolean {
  return incident?.step === 'hub' || incident?.step === 'person'
}

/** No agent works, is being started, or is about to get a message. */
function isIdle({agents, messages}: Project): boolean {
  const living = agents.filter(({state}) => isAlive(state))
  return (
    living.every(({state}) => isAtRest(state)) && !messages.some((message) => isOpen(message) && living.some(({id}) => id === message.to))
  )
}

function isLastingWork({state, since, evidence}: Agent, now: number): boolean {
  return state === 'working' && now - (since ?? evidence.at) >= AT_WORK_AGAIN_MS
}
