import type {AccountProblem, AgentAccount, Evidence, LimitCause} from '@orch/plugin-kit'
import {isAlive} from './agent-states.js'
import {sequence, unchanged, type Change} from './change.js'
import {accept} from './mailbox.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'
import type {Agent, WaitingFor} from './model/agent.js'
import {agentChange} from './agent-change.js'

/**
 * Milliseconds after a plan's reset at which an agent is woken. The original waited two minutes; newer Claude Code goes on by itself about 100 s
 * after the reset [measured on 2.1.330], and a message before that breaks it off.
 */
const WAKE_MARGIN_MS = 180_000
/** Milliseconds until a turn is tried again that was refused for no reason that has a time; doubled with each refusal in a row. */
const FIRST_RETRY_MS = 60_000
const LAST_RETRY_MS = 30 * 60_000
/** Milliseconds until a plan without a known reset is tried: a refused turn costs nothing, five hours of waiting do. */
const UNKNOWN_RESET_MS = 30 * 60_000

/** What an agent waits for whose turn was refused. @param now milliseconds UTC */
export function refused(
  {resetsAt, cause}: {readonly resetsAt: number | null; readonly cause?: LimitCause},
  refusals: number,
  now: number,
): {waitingFor: WaitingFor; refusals: number} {
  const given = cause === undefined ? {} : {cause}
  if (resetsAt !== null) return {waitingFor: {what: 'limit', until: resetsAt, holder: null, ...given}, refusals: 0}
  const wait = cause === 'plan' ? UNKNOWN_RESET_MS : Math.min(FIRST_RETRY_MS * 2 ** refusals, LAST_RETRY_MS)
  return {waitingFor: {what: 'limit', until: now + wait, holder: null, cause: cause ?? 'throttle'}, refusals: refusals + 1}
}

/** When a limited agent may be woken, milliseconds UTC; null when time alone does not help. A limit read from a screen may have no end. */
export function wakeAt({state, waitingFor, evidence}: Agent): number | null {
  if (state !== 'limited' || (waitingFor !== null && waitingFor.what !== 'limit')) return null
  if (waitingFor === null || waitingFor.until === null) return evidence.at + UNKNOWN_RESET_MS
  return waitingFor.until + (waitingFor.cause === 'throttle' || waitingFor.cause === 'server' ? 0 : WAKE_MARGIN_MS)
}

/** Why an account holds an agent up; null when it does not. */
export function accountProblem({state, waitingFor}: Agent): {problem: AccountProblem; account: AgentAccount} | null {
  if (state !== 'limited' || (waitingFor?.what !== 'login' && waitingFor?.what !== 'billing') || !waitingFor.account) return null
  return {problem: waitingFor.what, account: waitingFor.account}
}

/** Whether a login is another one than it was. */
export function isRenewed(now: AgentAccount, before: AgentAccount): boolean {
  return now.id !== before.id || (now.login !== null && now.login !== before.login)
}

/** The state in which a project should be: while every agent that runs is limited it waits for credits. */
export function stateByLimits({state, agents, resumeTo}: Project): Project['state'] {
  const living = agents.filter((agent) => isAlive(agent.state))
  const allLimited = living.length > 0 && living.every((agent) => agent.state === 'limited')
  if (state === 'running' && allLimited) return 'waiting-credits'
  return state === 'waiting-credits' && !allLimited ? (resumeTo ?? 'running') : state
}

/**
 * A limited agent may go on. Its state and the message that tells it are one change, so that it is told exactly once, also when a process dies meanwhile.
 * @param message for an agent whose turn broke off; one that had nothing under way needs none
 */
export function wake(project: Project, agentId: string, message: Message, evidence: Evidence): Change {
  const agent = findAgent(project, agentId)
  if (agent?.state !== 'limited') return unchanged(project)
  const told = agent.waitingFor?.aside !== true
  return sequence(
    project,
    (current) => {
      return agentChange(current, agent.id, 'idle', evidence, {waitingFor: null})
    },
    (current) => (told ? accept(current, message) : unchanged(current)),
  )
}

/** A person says that a limited agent may try again now. */
export function dueNow(agent: Agent, now: number): Agent {
  if (agent.state !== 'limited' || !agent.waitingFor) return agent
  const {aside} = agent.waitingFor
  return {...agent, waitingFor: {what: 'limit', until: now, holder: null, cause: 'throttle', ...(aside ? {aside} : {})}}
}
