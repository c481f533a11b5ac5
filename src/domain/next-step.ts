import {MAX_RETURNS} from './baseline.js'
import {MAX_REJECTIONS} from './claim.js'
import {holdOf} from './held-claim.js'
import {isCrashLoop, restartAt} from './restarts.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** What is to be done next for a project; `wait` means: until something changes, or until a time (milliseconds UTC). */
export type Step =
  | {readonly do: 'prepare'}
  | {readonly do: 'start'; readonly agents: readonly Agent[]}
  | {readonly do: 'begin'}
  /** No start waits for its port. */
  | {readonly do: 'go-on'; readonly to: 'starting' | 'running'}
  | {readonly do: 'check-claim'; readonly agent: Agent}
  | {readonly do: 'verify'}
  | {readonly do: 'merge'}
  | {readonly do: 'block'; readonly reason: string}
  /** Agents that keep crashing: only a person starts them again. */
  | {readonly do: 'quarantine'; readonly agents: readonly Agent[]}
  | {readonly do: 'wait'; readonly until?: number}
  | {readonly do: 'nothing'}

/**
 * Decides from the record and the time alone, so that the next supervisor continues where the last one stopped.
 * @param now milliseconds UTC
 */
export function nextStep(project: Project, now: number): Step {
  switch (project.state) {
    case 'queued':
    case 'planning':
      return {do: 'prepare'}
    case 'starting':
      return stepOfStarting(project)
    case 'running':
      return stepOfRunning(project, now)
    case 'verifying':
      return {do: 'verify'}
    case 'merging':
      return {do: 'merge'}
    case 'waiting-port':
      return stepOfWaitingPort(project, now)
    case 'paused':
    case 'blocked':
    case 'waiting-credits':
      return {do: 'wait'}
    case 'completed':
    case 'failed':
    case 'cancelled':
      return {do: 'nothing'}
  }
}

/**
 * A start that the last supervisor left in the middle, or held, is continued; nothing else is done meanwhile. When the agent that was held has been
 * stopped, nothing would end the wait.
 */
function stepOfWaitingPort(project: Project, now: number): Step {
  const to = project.resumeTo === 'running' ? 'running' : 'starting'
  const step = nextStep({...project, state: to}, now)
  if (step.do === 'start') return step
  const isHeld = project.agents.some(({state}) => state === 'waiting-port' || state === 'starting')
  return isHeld ? {do: 'wait'} : {do: 'go-on', to}
}

function stepOfStarting(project: Project): Step {
  const waiting = project.agents.filter(({state}) => state === 'planned' || state === 'waiting-port' || state === 'starting')
  return waiting.length > 0 ? {do: 'start', agents: waiting} : {do: 'begin'}
}

function stepOfRunning(project: Project, now: number): Step {
  const pending = project.agents.find((agent) => agent.claim?.verdict === 'pending' && !isOnItsWay(agent.state) && holdOf(agent) === null)
  if (pending) return {do: 'check-claim', agent: pending}
  const hopeless = project.agents.find(({rejections, claim}) => rejections >= MAX_REJECTIONS && claim?.verdict === 'rejected')
  if (hopeless)
    return {do: 'block', reason: `the claim of ${hopeless.role} was rejected ${MAX_REJECTIONS} times: ${hopeless.claim?.reason ?? ''}`}
  const returned = project.agents.find(({returns = 0, claim}) => returns >= MAX_RETURNS && claim?.verdict === 'rejected')
  if (returned)
    return {
      do: 'block',
      reason: `the claim of ${returned.role} came back ${MAX_RETURNS} times for what fails on the base already, before any work. Fix the base or the acceptance commands, or have the specification ask for it: ${returned.claim?.reason ?? ''}`,
    }
  const debtors = project.agents.filter((agent) => owesClaim(agent) && agent.claim?.verdict !== 'holds')
  if (debtors.length === 0) return project.agents.some((agent) => holdOf(agent) !== null) ? {do: 'wait'} : {do: 'verify'}
  const fallen = project.agents.filter((agent) => hasFallen(agent, debtors.includes(agent)))
  const looping = fallen.filter(isCrashLoop)
  if (looping.length > 0) return {do: 'quarantine', agents: looping}
  const due = project.agents.filter((agent) => agent.state === 'starting' || (fallen.includes(agent) && restartAt(agent) <= now))
  if (due.length > 0) return {do: 'start', agents: due}
  const gone = debtors.find(({state, context}) => !context?.restart && (state === 'stopped' || state === 'quarantined'))
  if (gone) return {do: 'block', reason: `${gone.role} ended (${describeEnd(gone)}) before it claimed its work`}
  return fallen.length > 0 ? {do: 'wait', until: Math.min(...fallen.map(restartAt))} : {do: 'wait'}
}

/** Its claim is looked at once it is up again: its worktree may have to be made first. */
function isOnItsWay(state: Agent['state']): boolean {
  return state === 'planned' || state === 'starting'
}

/**
 * Its start broke off, or it ended and is still needed: because it owes something, or because it did not end by itself in good order. One that is
 * being stopped to be started again is left to that restart.
 */
function hasFallen({state, exitCode, context, left}: Agent, isDebtor: boolean): boolean {
  if (context?.restart || left) return false
  return state === 'planned' || state === 'lost' || (state === 'exited' && (isDebtor || exitCode !== 0))
}

function describeEnd({state, exitCode}: Agent): string {
  return exitCode === null ? state : `${state} ${exitCode}`
}

/** Verification waits for it. */
export function owesClaim(agent: Agent): boolean {
  return agent.owes === 'commits' || agent.owes === 'report'
}
