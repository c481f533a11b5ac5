import {mapList, mapObject, type Migration, type StoredRecord} from './stored-record.js'

const MESSAGE = {
  priority: 'normal',
  cause: null,
  hops: 0,
  reason: null,
  heldSince: null,
  offers: 0,
  expiresAt: null,
  file: null,
}
const NO_USAGE = {model: null, contextPercent: null, contextTokens: null, costUsd: null, windows: []}
const CHECK_IN = {id: 's_role', note: null, by: 'orch', misses: 0, given: 0, seen: null}

/**
 * Shape 1 grew fields without a new number: fills in what its earliest records lack.
 * Moves the cost of an agent into what it has used, and the cost of the plan out of the budget.
 */
export const FILL_IN: Migration = {
  to: 2,
  migrate(record) {
    const filled = {approvals: [], reports: [], key: record['id'], ...record}
    const steps = [
      (each: StoredRecord) => mapList(each, 'messages', (message) => ({...MESSAGE, ...message})),
      (each: StoredRecord) => mapList(each, 'checkIns', (checkIn) => ({...CHECK_IN, ...checkIn})),
      (each: StoredRecord) => mapList(each, 'agents', withCostInUsage),
      (each: StoredRecord) => mapObject(each, 'options', withPlanOutOfBudget),
    ]
    return steps.reduce<StoredRecord>((current, step) => step(current), filled)
  },
}

function withCostInUsage(agent: StoredRecord): StoredRecord {
  if (!('costUsd' in agent)) return agent
  const {costUsd, ...rest} = agent
  if (typeof costUsd !== 'number') return rest
  const usage = {...NO_USAGE, ...(agent['usage'] as {costUsd?: number | null} | undefined)}
  const usd = Math.max(costUsd, usage.costUsd ?? 0)
  const run = (agent['run'] as StoredRecord | null)?.['id'] ?? null
  return {...rest, usage: {...usage, costUsd: usd}, costs: {earlierUsd: 0, currentUsd: usd, run}}
}

function withPlanOutOfBudget(options: StoredRecord): StoredRecord {
  const budget = options['budget'] as StoredRecord | null | undefined
  if (budget?.['plannerUsd'] === undefined) return options
  const {plannerUsd, ...bare} = budget
  return {...options, budget: bare, plannerUsd}
}
