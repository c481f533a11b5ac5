import type {Actor, Evidence} from '@orch/plugin-kit'
import {evidenceOf, nameOf} from './actor.js'
import {isAlive} from './agent-states.js'
import {sequence, unchanged, type Change} from './change.js'
import {closeIncident, incidentsOf} from './incident.js'
import {accept, giveUp} from './mailbox.js'
import {isOpen, newMessage} from './message.js'
import {handOnRequests, withdrawRequests} from './request.js'
import {findAgent, withAgent} from './project.js'
import type {Agent} from './model/agent.js'
import type {Message} from './model/message.js'
import type {Project} from './model/project.js'
import {agentChange} from './agent-change.js'

/**
 * Takes a role out of its team. Its record stays, for the report and for its branch; from here on it owes nothing, its commits are not merged,
 * and what is addressed to it is closed or handed on.
 * @param newId an id for each message that tells of it
 * @param now milliseconds UTC
 */
export function leaveTeam(project: Project, agent: Agent, by: Actor, newId: () => string, now: number): Change {
  const why = `${agent.role} has left the team`
  const evidence = evidenceOf(by, `removed from the team by ${nameOf(by)}`, now)
  return sequence(
    project,
    (before) => ({project: withoutDuties(before, agent, {at: now, by: nameOf(by)}), events: []}),
    (before) => ended(before, agent, evidence),
    (before) => withdrawRequests(before, agent.id, 'you left the team', newId, now),
    (before) => handOnRequests(before, agent.id, newId, now),
    (before) => closeMailbox(before, agent, why, now),
    ...incidentsOf(project)
      .filter((incident) => incident.agent === agent.id)
      .map((incident) => (before: Project) => closeIncident(before, incident, why)),
    ...mates(project, agent).map((mate) => (before: Project) => accept(before, farewell(newId(), mate, agent, now))),
  )
}

/** The agents that are on the team: those that left are on record only. */
export function teamOf({agents}: Pick<Project, 'agents'>): readonly Agent[] {
  return agents.filter(({left}) => left === undefined)
}

function withoutDuties(project: Project, {id}: Agent, left: NonNullable<Agent['left']>): Project {
  const context = {...findAgent(project, id)!.context}
  delete context.restart
  const free: Agent = {...findAgent(project, id)!, owes: 'nothing', claim: null, rejections: 0, returns: 0, context, left}
  return {
    ...withAgent(project, free),
    checkIns: project.checkIns.filter(({agent}) => agent !== id),
    merges: project.merges.filter(({agent}) => agent !== id),
  }
}

function closeMailbox(project: Project, {id}: Agent, why: string, now: number): Change {
  const open = project.messages.filter((message) => message.to === id && isOpen(message))
  return open.reduce<Change>((change, message) => {
    const next = giveUp(change.project, message, 'expired', why, now)
    return {project: next.project, events: [...change.events, ...next.events]}
  }, unchanged(project))
}

function mates({agents}: Project, {id}: Agent): readonly Agent[] {
  return agents.filter((agent) => agent.id !== id && isAlive(agent.state))
}

function farewell(id: string, {id: to}: Agent, {role, title}: Agent, now: number): Message {
  const text = `${title} (${role}) has left the team. Send it nothing more, and do not wait for its work.`
  return newMessage(id, {from: 'orch', sender: 'orch', to, kind: 'system', text}, now)
}

/** One that still runs is ended afterwards: until then its state is what it does. */
function ended(project: Project, {id}: Agent, evidence: Evidence): Change {
  const agent = findAgent(project, id)!
  if (isAlive(agent.state)) return unchanged(project)
  return agentChange(project, agent.id, 'stopped', evidence, {waitingFor: null})
}
