import {costOf} from './usage.js'
import type {Project} from './model/project.js'

export interface Spending {
  /** US dollars, as far as they are known. */
  readonly usd: number
  /** Whose cost is not known: `planner`, or a role whose driver has not reported any. */
  readonly unknown: readonly string[]
}

/** Whether costs must be known while the project runs. */
export function watchesCost({options}: Project): boolean {
  return (options.budget ?? null) !== null
}

/** What a project has cost: the planner, and each agent's conversation as its driver last reported it. */
export function spendingOf({agents, options: {plannerUsd: planner = 0}}: Project): Spending {
  const started = agents.filter(({run}) => run !== null)
  return {
    usd: started.reduce((sum, agent) => sum + (costOf(agent) ?? 0), planner ?? 0),
    unknown: [...(planner === null ? ['planner'] : []), ...started.filter((agent) => costOf(agent) === null).map(({role}) => role)],
  }
}

export function isOverBudget(project: Project): boolean {
  const {budget} = project.options
  // A record of before there were budgets has none.
  return Boolean(budget) && spendingOf(project).usd >= budget!.allowedUsd
}

/** Raises the budget so that the project can continue; returns it unchanged when it already can. */
export function withFreshBudget(project: Project): Project {
  const {budget} = project.options
  if (!budget || !isOverBudget(project)) return project
  const rounds = Math.floor((spendingOf(project).usd - budget.allowedUsd) / budget.usd) + 1
  return {...project, options: {...project.options, budget: {...budget, allowedUsd: budget.allowedUsd + rounds * budget.usd}}}
}
