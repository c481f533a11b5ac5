import {isAtRest, isPastStart} from './agent-states.js'
import {pendingIn} from './request.js'
import {isOpen} from './message.js'
import {owesClaim} from './next-step.js'
import {isUnanswered} from './overdue.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** Milliseconds for which a status report explains why an agent rests. */
const REPORT_MS = 10 * 60_000

/** The agent has to claim something before the project can be verified, and has no claim that is pending or holds. */
export function isInDebt(agent: Agent): boolean {
  return owesClaim(agent) && (agent.claim === null || agent.claim.verdict === 'rejected')
}

/**
 * Since when an agent has rested although it owes a claim and waits for nothing orch knows of.
 * @returns milliseconds UTC; null while it works, owes nothing, or has something to wait for
 */
export function idleInDebtSince(project: Project, agent: Agent): number | null {
  if (!isAtRest(agent.state) || !isInDebt(agent) || isExpecting(project, agent) || waitsForTeam(project, agent)) return null
  const {id, since, evidence} = agent
  const said = project.messages.filter(({from}) => from === id).map(({acceptedAt}) => acceptedAt)
  const reported = project.reports.filter((report) => report.agent === id).map(({at}) => at + REPORT_MS)
  const released = predecessors(project, agent).map(({claim}) => claim?.at ?? 0)
  return Math.max(since ?? evidence.at, ...said, ...reported, ...released)
}

/** Something will reach it by itself. */
function isExpecting(project: Project, agent: Agent): boolean {
  return project.messages.some((message) => message.to === agent.id && isOpen(message)) || hasSaidWhy(project, agent)
}

/** It rests for a reason it gave: a request, a question, or a check-in that it or a person scheduled. */
export function hasSaidWhy(project: Project, {id}: Agent): boolean {
  const {messages, checkIns} = project
  return (
    pendingIn(project).some(({from}) => from === id) ||
    checkIns.some(({agent, by}) => agent === id && by !== 'orch') ||
    messages.some((message) => message.from === id && isQuestionUnderWay(project, message))
  )
}

/** A question whose recipient can still answer it. */
function isQuestionUnderWay(project: Project, message: Project['messages'][number]): boolean {
  const recipient = findAgent(project, message.to)
  if (message.kind !== 'question' || !recipient || !isPastStart(recipient.state)) return false
  return isOpen(message) || isUnanswered(project, message)
}

/** A role that comes before it still owes its claim; those that wait for each other in a circle wait for nothing. */
export function waitsForTeam(project: Project, agent: Agent): boolean {
  const blockedBy = (one: Agent) => predecessors(project, one).filter(isInDebt)
  if (blockedBy(agent).length === 0) return false
  return project.agents.some((other) => isInDebt(other) && blockedBy(other).length === 0)
}

/** The roles merged before it; a report is about the commits of all. */
function predecessors({agents}: Project, {id, mergeAfter, owes}: Agent): readonly Agent[] {
  return agents.filter((other) => other.id !== id && (mergeAfter.includes(other.role) || (owes === 'report' && other.owes === 'commits')))
}
