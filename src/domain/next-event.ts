import {isAlive, isPastStart} from './agent-states.js'
import {pendingIn} from './request.js'
import {idleInDebtSince} from './debt.js'
import {nextStepOf} from './escalation.js'
import {healthOf, thresholdsOf} from './health.js'
import {findIncident, incidentsOf} from './incident.js'
import {accountProblem, stateByLimits, wakeAt} from './limits.js'
import {isUnderWay} from './mailbox.js'
import {needOfMessageAt, needsOf} from './need.js'
import {nextStep, type Step} from './next-step.js'
import {isUnanswered} from './overdue.js'
import {isFinished} from './project-states.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'
import type {Agent} from './model/agent.js'

/** What happens next in a project, and who brings it about. */
export interface NextEvent {
  /** `nobody` is a stall and must not occur: no agent works, orch has no next step, and no person is asked. */
  readonly by: 'agents' | 'orch' | 'person' | 'nobody'
  readonly what: string
  /** Milliseconds UTC; null when the time is not orch's to say. */
  readonly at: number | null
}

/** Milliseconds after which a message without a receipt is given up. */
const RECEIPT_MS = 600_000

interface Due {
  readonly what: string
  readonly at: number
}

/**
 * The invariant of a project that is not over: an agent is at work, or there is a time at which orch does the next thing, or a person is asked.
 * The deadline and orch's own check-ins do not count: they come in any case.
 * @param now milliseconds UTC
 * @returns null when the project is over
 */
export function nextEventOf(project: Project, now: number): NextEvent | null {
  if (isFinished(project.state)) return null
  const isDriven = !['paused', 'blocked'].includes(project.state)
  const atWork = isDriven ? project.agents.filter(({state}) => state === 'working' || state === 'starting').map(({role}) => role) : []
  if (atWork.length > 0) return {by: 'agents', what: `${atWork.join(', ')} at work`, at: null}
  const [first] = isDriven ? duesOf(project, now).sort((a, b) => a.at - b.at) : []
  if (first) return {by: 'orch', what: first.what, at: first.at}
  const what = needsOf(project, now)[0]?.what ?? project.agents.find((agent) => accountProblem(agent))?.evidence.what
  return what === undefined ? {by: 'nobody', what: 'nothing is planned', at: null} : {by: 'person', what, at: null}
}

function duesOf(project: Project, now: number): Due[] {
  return [
    ...dueOfStep(nextStep(project, now), now),
    ...(stateByLimits(project) === project.state ? [] : [{what: 'the project waits for credits, or no longer', at: now}]),
    ...project.agents.flatMap((agent) => duesOfAgent(project, agent, now)),
    ...incidentsOf(project).flatMap((incident) => {
      const next = nextStepOf(project, incident)
      return next ? [{what: `${next.step} for ${incident.cause}`, at: next.at}] : []
    }),
    ...pendingIn(project).flatMap(({id, deadline}) =>
      deadline === null ? [] : [{what: `the request ${id} is decided or passed on`, at: deadline}],
    ),
    ...project.messages.flatMap((message) => dueOfMessage(project, message, now)),
  ]
}

const STEPS: Readonly<Record<Step['do'], string>> = {
  prepare: 'the team is prepared',
  start: 'agents are started',
  begin: 'the team begins',
  'go-on': 'the team continues',
  'check-claim': 'a claim is checked',
  verify: 'the work is verified',
  merge: 'the work is merged',
  block: 'a person is asked',
  quarantine: 'agents that crash are set aside',
  wait: 'agents that ended are started again',
  nothing: 'nothing',
}

function dueOfStep(step: Step, now: number): Due[] {
  if (step.do === 'nothing' || (step.do === 'wait' && step.until === undefined)) return []
  return [{what: STEPS[step.do], at: step.do === 'wait' ? step.until! : now}]
}

function duesOfAgent(project: Project, agent: Agent, now: number): Due[] {
  const {id, role, state, waitingFor, context} = agent
  const dues: Due[] = []
  if (context?.restart) dues.push({what: `${role} is restarted`, at: now})
  if (state === 'waiting-port') dues.push({what: `the port of ${role} is looked at`, at: waitingFor?.until ?? now})
  const wake = wakeAt(agent)
  if (wake !== null) dues.push({what: `${role} is woken`, at: wake})
  if ((state === 'stuck' || state === 'unknown') && !findIncident(project, state, id)) dues.push({what: `${role} is looked after`, at: now})
  const idleSince = project.state === 'running' && !findIncident(project, 'owes-claim', id) ? idleInDebtSince(project, agent) : null
  if (idleSince !== null) dues.push({what: `${role} is reminded of its claim`, at: idleSince + healthOf(project).nudgeSeconds * 1000})
  const scheduled =
    isPastStart(state) && project.state === 'running' ? project.checkIns.filter(({agent: asked, by}) => asked === id && by !== 'orch') : []
  return [...dues, ...scheduled.map(({nextAt}) => ({what: `the check-in of ${role}`, at: nextAt}))]
}

/** Delivery, the end of a message that gets no receipt, or the end of patience for an answer. */
function dueOfMessage(project: Project, message: Message, now: number): Due[] {
  const agent = findAgent(project, message.to)
  if (!agent || !isAlive(agent.state)) return []
  const {id, state, blockedBy, offeredAt, submittedAt, acknowledgedAt} = message
  if (isUnderWay(message)) return [{what: `the receipt of ${id}`, at: (submittedAt ?? offeredAt ?? now) + RECEIPT_MS}]
  if (state === 'accepted') {
    const neededAt = needOfMessageAt(agent, message)
    if (blockedBy === null) return [{what: `${id} is delivered`, at: now}]
    return neededAt !== null && neededAt > now ? [{what: `a person is asked about ${id}`, at: neededAt}] : []
  }
  const hasIncident = incidentsOf(project).some(({cause, about}) => cause === 'no-answer' && about === id)
  if (hasIncident || !isPastStart(agent.state) || !isUnanswered(project, message)) return []
  return [
    {
      what: `${agent.role} is reminded of the question ${id}`,
      at: acknowledgedAt! + thresholdsOf(healthOf(project), agent.role).answerMinutes * 60_000,
    },
  ]
}
