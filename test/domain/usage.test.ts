import {expect} from 'chai'
import {applySignal} from '../../src/domain/signals.js'
import {costOf, usageWith} from '../../src/domain/usage.js'
import {aProject, anAgent, EPOCH, someUsage} from '../support/builders.js'

describe('what an agent has used', () => {
  it('is what it said last, and what was spent stays spent', () => {
    const usage = usageWith({usage: someUsage({contextPercent: 40, costUsd: 2})}, someUsage({model: 'm', contextPercent: 5, costUsd: 0.5}))
    expect(usage).to.deep.equal(someUsage({model: 'm', contextPercent: 5, costUsd: 2}))
    expect(usageWith({usage}, {costUsd: 2.5}).costUsd).to.equal(2.5)
    expect(usageWith({usage}, someUsage()).costUsd).to.equal(2)
  })

  it('has no cost before anybody named one', () => {
    expect([costOf({}), costOf({usage: usageWith({}, someUsage())}), costOf({usage: usageWith({}, {costUsd: 0})})]).to.deep.equal([
      null,
      null,
      0,
    ])
  })

  it('takes the cost of a transcript beside what the status line said', () => {
    const project = aProject({agents: [anAgent({usage: someUsage({contextPercent: 40})})]})
    const cost = (usd: number, before = project) =>
      applySignal(before, 'a_developer', {kind: 'cost', usd}, {source: 'transcript', what: 'read on', at: EPOCH}, null).project
    const after = cost(1.5)
    expect(after.agents[0]!.usage).to.deep.equal(someUsage({contextPercent: 40, costUsd: 1.5}))
    expect(cost(1.5, after)).to.equal(after)
    expect(cost(1, after)).to.equal(after)
  })
})
