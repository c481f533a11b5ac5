import type {Agent} from '../domain/agent.js'
import type {Project} from '../domain/project.js'
import {usageWith} from '../domain/usage.js'

/** Earlier records of 0.1 kept an agent's cost beside what it has used. */
type EarlierAgent = Agent & {readonly costUsd?: number | null}

/** An earlier record as it is written now. What only lacks a field gets its default from the schema. */
export function upgraded(project: Project): Project {
  return project.agents.some((agent) => 'costUsd' in agent) ? {...project, agents: project.agents.map(withCostInUsage)} : project
}

function withCostInUsage({costUsd = null, ...agent}: EarlierAgent): Agent {
  return costUsd === null ? agent : {...agent, usage: usageWith(agent, {costUsd})}
}
