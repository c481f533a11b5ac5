import type {AgentUsage} from '@orch/plugin-kit'
import type {CostAccount, Agent} from './model/agent.js'

/**
 * Where a cost was read: `live` is what the program says now, so a lower value means that it counts anew; `record` may have been written
 * before what is known.
 */
type CostSource = 'live' | 'record'

type Spender = Pick<Agent, 'usage' | 'costs'> & {readonly run?: Agent['run']}

const NOTHING: AgentUsage = {model: null, contextPercent: null, contextTokens: null, costUsd: null, windows: []}

/**
 * What an agent has used, with what it said last laid over what is known. Its cost is the sum over the lives of its program.
 * @returns the fields of the agent that change
 */
export function withUsage<A extends Spender>(agent: A, reported: Partial<AgentUsage>, source: CostSource): A {
  const usage = {...NOTHING, ...agent.usage, ...reported}
  const usd = reported.costUsd ?? null
  if (usd === null) return {...agent, usage: {...usage, costUsd: costOf(agent)}}
  const costs = counted(agent, usd, source)
  return {...agent, costs, usage: {...usage, costUsd: costs.earlierUsd + costs.currentUsd}}
}

/** US dollars the agent has cost; null: not known. */
export function costOf({usage}: Pick<Agent, 'usage'>): number | null {
  return usage?.costUsd ?? null
}

/**
 * A program that ended well goes on from its sum when it resumes (Claude Code 2.1.330 and later); one that was killed, and earlier versions, begin at
 * zero. So only a value that falls begins a new life.
 */
function counted(agent: Spender, usd: number, source: CostSource): CostAccount {
  const run = agent.run?.id ?? null
  // Records of before accounts were kept hold the sum alone.
  const {earlierUsd, currentUsd, run: lastRun} = agent.costs ?? {earlierUsd: 0, currentUsd: costOf(agent) ?? 0, run}
  if (usd >= currentUsd) return {earlierUsd, currentUsd: usd, run}
  const isNewLife = source === 'live' || run !== lastRun
  return isNewLife ? {earlierUsd: earlierUsd + currentUsd, currentUsd: usd, run} : {earlierUsd, currentUsd, run}
}
