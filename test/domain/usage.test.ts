import {expect} from 'chai'
import {applySignal} from '../../src/domain/signals.js'
import {costOf, withUsage} from '../../src/domain/usage.js'
import {aProject, aRun, anAgent, EPOCH, someUsage} from '../support/builders.js'

describe('what an agent has used', () => {
  const spent = (...said: readonly (readonly [usd: number, run?: string, source?: 'live' | 'record'])[]) =>
    costOf(
      said.reduce(
        (agent, [costUsd, run = 'r_1', source = 'live']) => withUsage({...agent, run: aRun({id: run})}, {costUsd}, source),
        anAgent(),
      ),
    )

  it('is what it said last', () => {
    const {usage} = withUsage(
      anAgent({usage: someUsage({contextPercent: 40, costUsd: 2})}),
      someUsage({model: 'm', contextPercent: 5, costUsd: 2.5}),
      'live',
    )
    expect(usage).to.deep.equal(someUsage({model: 'm', contextPercent: 5, costUsd: 2.5}))
  })

  it('keeps its cost while it names none', () => {
    expect(costOf(withUsage(anAgent({usage: someUsage({costUsd: 2})}), someUsage(), 'live'))).to.equal(2)
  })

  it('costs the sum over the lives of its program, which counts from zero again after it was killed', () => {
    expect(spent([1], [1.137], [0.031, 'r_2'], [0.217, 'r_2'], [0.062, 'r_3'])).to.be.closeTo(1.137 + 0.217 + 0.062, 1e-9)
  })

  it('counts a life once that goes on from its sum', () => {
    expect(spent([0.217], [0.217, 'r_2'], [0.279, 'r_2'])).to.equal(0.279)
  })

  it('counts a life once whose last word stands in the file when the next begins', () => {
    expect(spent([1], [1, 'r_2'], [0.25, 'r_2'], [0.5, 'r_2'])).to.equal(1.5)
  })

  it('takes a lower sum in a transcript for an older one, except of a new run', () => {
    expect(spent([1], [0.75, 'r_1', 'record'], [1.25])).to.equal(1.25)
    expect(spent([1], [0.25, 'r_2', 'record'])).to.equal(1.25)
  })

  it('goes on from the sum of a record that has no account', () => {
    const agent = anAgent({usage: someUsage({costUsd: 2})})
    expect(costOf(withUsage(agent, {costUsd: 0.5}, 'live'))).to.equal(2.5)
  })

  it('has no cost before anybody named one', () => {
    expect(costOf({})).to.equal(null)
    expect(costOf(withUsage(anAgent(), someUsage(), 'live'))).to.equal(null)
    expect(spent([0])).to.equal(0)
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
