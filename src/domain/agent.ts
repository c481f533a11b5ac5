import type {AgentState, Evidence} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {AGENT_TRANSITIONS} from './agent-states.js'
import {requireTransition} from './transition.js'
import type {Run, Agent} from './model/agent.js'

/** Evidence of an agent whose turn ended while work it started still runs: its screen looks idle. */
export const BACKGROUND_WORK = 'a background task runs'

/** The agent in another state, and the event that tells it; no event when it is there already. @throws ORCH_ILLEGAL_TRANSITION */
export function moveAgent(
  agent: Agent,
  to: AgentState,
  evidence: Evidence,
  changes: Partial<Agent> = {},
): {agent: Agent; events: DomainEvent[]} {
  if (agent.state === to) return {agent: {...agent, ...changes, evidence}, events: []}
  requireTransition(AGENT_TRANSITIONS, 'agent', agent.id, agent.state, to)
  return {
    agent: {...agent, ...changes, state: to, evidence, since: evidence.at},
    events: [{type: 'agent.state', agent: agent.id, data: {from: agent.state, to, evidence}}],
  }
}

/** Makes the id of a process that only approves MCP servers: it is not a run, and its reports are ignored. */
export function approvalId(run: Pick<Run, 'id'>): string {
  return `${run.id}-approval`
}
