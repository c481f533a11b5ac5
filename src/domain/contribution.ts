import {isAlive} from './agent-states.js'
import {mergeOrder} from './merge.js'
import type {Agent} from './model/agent.js'

/**
 * Lists the agents whose branches are merged, in order: those that owe commits, then every other one of the team that has some.
 * @param withCommits ids of agents whose branch has commits since the base
 */
export function contributors(agents: readonly Agent[], withCommits: ReadonlySet<string>): Agent[] {
  return [
    ...mergeOrder(agents.filter(({owes}) => owes === 'commits')),
    ...mergeOrder(agents.filter(({id, owes, left}) => owes !== 'commits' && !left && withCommits.has(id))),
  ]
}

/**
 * Whether the result may be had without this agent's commits when they do not fit. It owes none, and it cannot be asked to mend them: it
 * has ended, it makes no claim that would be waited for, or it was asked before.
 */
export function isDispensable({owes, state, claim, rejections}: Agent): boolean {
  if (owes === 'commits') return false
  return !(owes === 'report' && isAlive(state) && claim?.verdict === 'holds' && rejections === 0)
}
