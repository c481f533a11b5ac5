import type {AgentStatus, ProjectStatus} from '../services/status/status.js'

/** What a project has cost, as far as known, against its budget where it has one; null when nothing is known of it. */
export function costText({cost, budget}: Pick<ProjectStatus, 'cost' | 'budget'>): string | null {
  if (!budget && cost.usd === 0) return null
  const unknown = cost.unknown.length > 0 ? `, not counting ${cost.unknown.join(', ')} (cost not known)` : ''
  const plan = cost.plannerUsd ? ` (${dollars(cost.plannerUsd)} for the plan)` : ''
  return budget
    ? `${dollars(cost.usd)} of ${dollars(budget.allowedUsd)} spent${plan}${unknown}`
    : `${dollars(cost.usd)} spent${plan}${unknown}`
}

/** What an agent has used, e.g. `$1.20, 34% context`; empty when it has not said. */
export function usageText({usage}: Pick<AgentStatus, 'usage'>): string {
  const {costUsd = null, contextPercent = null} = usage ?? {}
  const parts = [...(costUsd ? [dollars(costUsd)] : []), ...(contextPercent === null ? [] : [`${Math.round(contextPercent)}% context`])]
  return parts.join(', ')
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`
}
