import {expect} from 'chai'
import {isOverBudget, spendingOf, watchesCost, withFreshBudget} from '../../src/domain/budget.js'
import {aPlannedAgent, aProject, anAgent, someOptions, someUsage} from '../support/builders.js'

const project = (allowedUsd: number, costs: readonly (number | null)[], plannerUsd: number | null = 0, usd = allowedUsd) =>
  aProject({
    options: someOptions({budget: {usd, allowedUsd}, plannerUsd}),
    agents: [
      ...costs.map((costUsd, index) => anAgent({role: `role-${index}`, usage: someUsage({costUsd})})),
      aPlannedAgent({role: 'later'}),
    ],
  })

describe('the budget of a project', () => {
  it('counts the planner and every agent, and names those whose cost is not known', () => {
    expect(spendingOf(project(5, [1, 0.5], 0.25))).to.deep.equal({usd: 1.75, unknown: []})
    expect(spendingOf(project(5, [1, null], null))).to.deep.equal({usd: 1, unknown: ['planner', 'role-1']})
  })

  it('is used up when so much has been spent, and not before', () => {
    expect(isOverBudget(project(5, [2, 2.99]))).to.equal(false)
    expect(isOverBudget(project(5, [2, 3]))).to.equal(true)
    expect(isOverBudget(project(5, [], 5))).to.equal(true)
  })

  it('is none without one', () => {
    const free = aProject({agents: [anAgent({usage: someUsage({costUsd: 1000})})]})
    expect([isOverBudget(free), watchesCost(free), withFreshBudget(free)]).to.deep.equal([false, false, free])
  })

  it('grows by as much again when a person goes on, until it may go on', () => {
    const after = withFreshBudget(project(5, [12]))
    expect(after.options.budget).to.deep.equal({usd: 5, allowedUsd: 15})
    expect(isOverBudget(after)).to.equal(false)
    expect(withFreshBudget(project(5, [5])).options.budget!.allowedUsd).to.equal(10)
  })
})
