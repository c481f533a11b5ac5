import {withUsage} from '../domain/usage.js'
import type {Project} from '../domain/model/project.js'
import type {Agent} from '../domain/model/agent.js'

/** Earlier records of 0.1 kept an agent's cost beside what it has used. */
type EarlierAgent = Agent & {readonly costUsd?: number | null}

/** And what the plan cost inside of the budget. */
type EarlierBudget = NonNullable<Project['options']['budget']> & {readonly plannerUsd?: number | null}

/** An earlier record as it is written now. What only lacks a field gets its default from the schema. */
export function upgraded(project: Project): Project {
  const agents = project.agents.some((agent) => 'costUsd' in agent) ? project.agents.map(withCostInUsage) : project.agents
  const budget: EarlierBudget | null = project.options.budget
  if (budget?.plannerUsd === undefined) return agents === project.agents ? project : {...project, agents}
  const {plannerUsd, ...bare} = budget
  return {...project, agents, options: {...project.options, budget: bare, plannerUsd}}
}

function withCostInUsage({costUsd = null, ...agent}: EarlierAgent): Agent {
  return costUsd === null ? agent : withUsage(agent, {costUsd}, 'record')
}
