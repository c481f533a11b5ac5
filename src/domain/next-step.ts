import type {Agent} from './agent.js'
import {MAX_REJECTIONS} from './claim.js'
import type {Project} from './project.js'

/** How often an agent that ended is started again before a person is asked. */
const MAX_RESTARTS = 3

/** What is to be done next for a project; `wait` means: until something changes. */
export type Step =
  | {readonly do: 'prepare'}
  | {readonly do: 'start'; readonly agents: readonly Agent[]}
  | {readonly do: 'begin'}
  | {readonly do: 'check-claim'; readonly agent: Agent}
  | {readonly do: 'verify'}
  | {readonly do: 'merge'}
  | {readonly do: 'block'; readonly reason: string}
  | {readonly do: 'wait'}
  | {readonly do: 'nothing'}

/** Decides from the record alone, so that a supervisor that starts again goes on where the last one stopped. */
export function nextStep(project: Project): Step {
  switch (project.state) {
    case 'queued':
    case 'planning':
      return {do: 'prepare'}
    case 'starting':
      return stepOfStarting(project)
    case 'running':
      return stepOfRunning(project)
    case 'verifying':
      return {do: 'verify'}
    case 'merging':
      return {do: 'merge'}
    case 'waiting-port':
      return stepOfWaitingPort(project)
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

/** A start that a supervisor before this one left in the middle, or held, is gone on with; nothing else is done meanwhile. */
function stepOfWaitingPort(project: Project): Step {
  const step = nextStep({...project, state: project.resumeTo === 'running' ? 'running' : 'starting'})
  return step.do === 'start' ? step : {do: 'wait'}
}

function stepOfStarting(project: Project): Step {
  const waiting = project.agents.filter(({state}) => state === 'planned' || state === 'waiting-port' || state === 'starting')
  return waiting.length > 0 ? {do: 'start', agents: waiting} : {do: 'begin'}
}

function stepOfRunning(project: Project): Step {
  const pending = project.agents.find(({claim}) => claim?.verdict === 'pending')
  if (pending) return {do: 'check-claim', agent: pending}
  const hopeless = project.agents.find(({rejections, claim}) => rejections >= MAX_REJECTIONS && claim?.verdict === 'rejected')
  if (hopeless)
    return {do: 'block', reason: `the claim of ${hopeless.role} was rejected ${MAX_REJECTIONS} times: ${hopeless.claim?.reason ?? ''}`}
  const debtors = project.agents.filter((agent) => owesClaim(agent) && agent.claim?.verdict !== 'holds')
  if (debtors.length === 0) return {do: 'verify'}
  const fallen = project.agents.filter(
    (agent) => agent.state === 'starting' || (agent.restarts < MAX_RESTARTS && hasFallen(agent, debtors.includes(agent))),
  )
  if (fallen.length > 0) return {do: 'start', agents: fallen}
  const gone = debtors.find(({state}) => state === 'exited' || state === 'lost' || state === 'stopped')
  if (gone) return {do: 'block', reason: `${gone.role} ended (${describeEnd(gone)}) before it claimed its work`}
  return {do: 'wait'}
}

/** Its start broke off, or it ended and is still needed: because it owes something, or because it did not end by itself in good order. */
function hasFallen({state, exitCode}: Agent, isDebtor: boolean): boolean {
  return state === 'planned' || state === 'lost' || (state === 'exited' && (isDebtor || exitCode !== 0))
}

function describeEnd({state, exitCode}: Agent): string {
  return exitCode === null ? state : `${state} ${exitCode}`
}

/** Verification waits for it. */
export function owesClaim(agent: Agent): boolean {
  return agent.owes === 'commits' || agent.owes === 'report'
}
