import type {AgentState, Evidence} from '@orch/plugin-kit'
import {moveAgent} from './agent.js'
import type {Change} from './change.js'
import type {Agent} from './model/agent.js'
import type {Project} from './model/project.js'
import {findAgent, withAgent} from './project.js'

/**
 * Moves one agent of a project, and tells it.
 * @param id of an agent on record
 * @param to null: it stays in its state, with new evidence
 * @throws ORCH_ILLEGAL_TRANSITION
 */
export function agentChange(project: Project, id: string, to: AgentState | null, evidence: Evidence, changes: Partial<Agent> = {}): Change {
  const agent = findAgent(project, id)!
  const moved = moveAgent(agent, to ?? agent.state, evidence, changes)
  return {project: withAgent(project, moved.agent), events: moved.events}
}
