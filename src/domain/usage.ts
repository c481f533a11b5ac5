import type {AgentUsage} from '@orch/plugin-kit'
import type {Agent} from './agent.js'

const NOTHING: AgentUsage = {model: null, contextPercent: null, contextTokens: null, costUsd: null, windows: []}

/** What an agent has used, with what it said last laid over what is known. What was spent stays spent, whichever of its accounts is behind. */
export function usageWith({usage}: Pick<Agent, 'usage'>, reported: Partial<AgentUsage>): AgentUsage {
  const costs = [usage?.costUsd, reported.costUsd].filter((usd) => typeof usd === 'number')
  return {...NOTHING, ...usage, ...reported, costUsd: costs.length === 0 ? null : Math.max(...costs)}
}

/** US dollars its conversation has cost; null: not known. */
export function costOf({usage}: Pick<Agent, 'usage'>): number | null {
  return usage?.costUsd ?? null
}
