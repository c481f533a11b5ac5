import type {AgentAccount, AgentSignal, AgentState, Evidence, LimitCause} from '@orch/plugin-kit'
import {isAlive} from './agent-states.js'
import {BACKGROUND_WORK} from './agent.js'
import {unchanged, type Change} from './change.js'
import {withoutRefusal} from './conversation.js'
import {withDenial} from './denials.js'
import {refused} from './limits.js'
import {receiptOfCommand, receiptsIn} from './mailbox.js'
import {besideBegan, besideEnded, placeOf, withBeside, withWakes} from './own-work.js'
import {findAgent, withAgent} from './project.js'
import {costOf, withUsage} from './usage.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'
import {agentChange} from './agent-change.js'

/** What a signal makes of an agent. @param account whose login or money a signal is about */
export function applySignal(
  project: Project,
  agentId: string,
  signal: AgentSignal,
  evidence: Evidence,
  account: AgentAccount | null,
): Change {
  const agent = findAgent(project, agentId)!
  const to = (state: AgentState, what: string, changes: Partial<Agent> = {}): Change => {
    // The process has ended: late reports only add their data.
    if (!isAlive(agent.state)) return {project: withAgent(project, {...agent, ...changes}), events: []}
    // What is read late has been overtaken by what was heard meanwhile.
    if (signal.at !== undefined && signal.at <= agent.evidence.at) return unchanged(project)
    return agentChange(project, agent.id, state, {...evidence, what}, {waitingFor: null, ...changes})
  }
  switch (signal.kind) {
    case 'ready':
      return onReady(project, agent, signal.cwd, to)
    case 'working':
      return to('working', signal.background ? BACKGROUND_WORK : evidence.what)
    case 'idle':
      return to('idle', evidence.what, agent.refusals ? {refusals: 0} : {})
    case 'needs-input':
      return to('needs-input', signal.what, {waitingFor: {what: signal.dialog === false ? 'person' : 'dialog', until: null, holder: null}})
    case 'limited':
      return to(
        'limited',
        signal.what,
        refused({...signal, resetsAt: signal.resetsAt ?? fullUntil(agent, signal.cause, evidence.at)}, agent.refusals ?? 0, evidence.at),
      )
    case 'account':
      return to('limited', signal.what, {waitingFor: {what: signal.problem, until: null, holder: null, ...(account ? {account} : {})}})
    case 'conversation':
      return agent.conversation === signal.id
        ? unchanged(project)
        : {project: withAgent(project, {...agent, conversation: signal.id}), events: []}
    case 'transcript':
      if (agent.transcript?.path === signal.path) return unchanged(project)
      return {project: withAgent(project, {...agent, transcript: {path: signal.path, position: 0}}), events: []}
    case 'submitted':
    case 'acknowledged':
      return receiptsIn(project, agentId, signal.kind, signal.text, evidence.at)
    case 'command':
      return receiptOfCommand(project, agentId, signal.stage, signal.text, evidence.at)
    case 'context-lost':
      return {project: withAgent(project, {...agent, context: {...agent.context, warned: false, lostContext: signal.how}}), events: []}
    case 'cost': {
      const spent = withUsage(agent, {costUsd: signal.usd}, 'record')
      return costOf(agent) === costOf(spent) ? unchanged(project) : {project: withAgent(project, spent), events: []}
    }
    case 'place':
      return placeOf(project, agent, signal.cwd, evidence.at)
    case 'beside':
      return withBeside(project, agent, signal.tasks)
    case 'beside-began':
      return besideBegan(project, agent, signal.task)
    case 'beside-ended':
      return besideEnded(project, agent, signal.id)
    case 'wakes':
      return withWakes(project, agent, signal.times)
    case 'denied':
      return withDenial(project, agent, signal.what, signal.at ?? evidence.at)
    case 'ending':
      // The process is what ends an agent; that it is about to is worth no state.
      return unchanged(project)
  }
}

/** When a plan's window that is used up resets, by the agent's own account; for a refusal that does not say. */
function fullUntil({usage}: Agent, cause: LimitCause | undefined, now: number): number | null {
  if (cause !== 'plan') return null
  const full = (usage?.windows ?? []).filter(({usedPercent, resetsAt}) => usedPercent >= 100 && (resetsAt ?? 0) > now)
  return full.length === 0 ? null : Math.max(...full.map(({resetsAt}) => resetsAt!))
}

type To = (state: AgentState, what: string, changes?: Partial<Agent>) => Change

/** tmux starts a process somewhere else when its folder is missing, so the agent's own word on where it is counts. */
function onReady(project: Project, agent: Agent, cwd: string | null, to: To): Change {
  if (cwd !== null && cwd !== agent.worktree)
    return to('needs-input', `it started in ${cwd} instead of ${agent.worktree}`, {waitingFor: {what: 'person', until: null, holder: null}})
  // A run that begins has nothing beside it, and no schedule: neither outlives the process.
  const begun = {
    hasConversation: true,
    ...(agent.beside ? {beside: []} : {}),
    ...(agent.wakes ? {wakes: []} : {}),
    ...(agent.context?.refused ? {context: withoutRefusal(agent.context)} : {}),
  }
  if (agent.state === 'starting' || agent.state === 'needs-input') return to('ready', 'SessionStart', begun)
  // After a compaction or a clear a session starts again in the middle of the work; and an agent may have ended before its report came.
  return agent.hasConversation ? unchanged(project) : {project: withAgent(project, {...agent, ...begun}), events: []}
}
