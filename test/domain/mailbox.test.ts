import {MESSAGE_STATES} from '@orch/plugin-kit'
import {expect} from 'chai'
import {closeMailboxes, nextFor, receiptsIn, returnUnreceived} from '../../src/domain/mailbox.js'
import {composeText} from '../../src/domain/letter-text.js'
import {aMessage, aProject, anAgent} from '../support/builders.js'
import type {Message} from '../../src/domain/model/message.js'

const ids = ['m_0', 'm_1', 'm_2', 'm_3', 'm_4', 'm_5']
/** One message in each state, all to the developer. */
const messages = MESSAGE_STATES.map((state, index) => aMessage({id: ids[index]!, state, offeredTo: 'r_1'}))
const project = aProject({agents: [anAgent(), anAgent({role: 'tester'})], messages})
const everything = messages.map((message) => composeText(message)).join('\n')
const states = ({messages: all}: {messages: readonly {state: string}[]}) => all.map(({state}) => state)

describe('nextFor', () => {
  const next = (...own: Partial<Message>[]) => {
    const record = aProject({agents: [anAgent()], messages: own.map((changes, index) => aMessage({id: `m_${index}`, ...changes}))})
    return nextFor(record, record.agents[0]!, 1_000_000, 30_000).map(({id}) => id)
  }
  const lost = {state: 'offered', offeredAt: 0} as const

  it('keeps back what a sender says after a message that nobody saw arrive, however long ago', () => {
    expect(next(lost, {})).to.deep.equal([])
    expect(next(lost, {}, {from: 'a_tester'})).to.deep.equal(['m_2'])
    expect(next(lost, {}, {priority: 'urgent'})).to.deep.equal(['m_2'])
  })

  it('goes on once it was seen, or given up', () => {
    for (const state of ['submitted', 'acknowledged', 'dead', 'expired'] as const)
      expect(next({...lost, state}, {}), state).to.deep.equal(['m_1'])
  })

  it('gives no more than four that lack their receipts', () => {
    const given = (count: number) => Array.from({length: count}, () => ({state: 'submitted'}) as const)
    expect(next(...given(3), {})).to.deep.equal(['m_3'])
    expect(next(...given(4), {})).to.deep.equal([])
  })
})

describe('receiptsIn', () => {
  it('moves forward only, and leaves what is over alone', () => {
    const submitted = receiptsIn(project, 'a_developer', 'submitted', everything, 9)
    expect(states(submitted.project)).to.deep.equal(['submitted', 'submitted', 'submitted', 'acknowledged', 'expired', 'dead'])
    expect(submitted.events).to.have.length(2)
    const acknowledged = receiptsIn(project, 'a_developer', 'acknowledged', everything, 9)
    expect(states(acknowledged.project)).to.deep.equal([
      'acknowledged',
      'acknowledged',
      'acknowledged',
      'acknowledged',
      'acknowledged',
      'acknowledged',
    ])
    expect(acknowledged.project.messages[0]!.acknowledgedAt).to.equal(9)
  })

  it('is nothing for another agent, or for a text without a message', () => {
    expect(receiptsIn(project, 'a_tester', 'acknowledged', everything, 9)).to.deep.equal({project, events: []})
    expect(receiptsIn(project, 'a_developer', 'acknowledged', 'm_0 m_1 said without its mark', 9).events).to.deep.equal([])
  })

  it('told twice is told once', () => {
    const once = receiptsIn(project, 'a_developer', 'acknowledged', everything, 9)
    expect(receiptsIn(once.project, 'a_developer', 'acknowledged', everything, 10).project).to.deep.equal(once.project)
  })
})

describe('returnUnreceived', () => {
  it('gives back what the run has no receipt for, free to be offered again', () => {
    const {project: after, events} = returnUnreceived(project, 'a_developer', 9)
    expect(states(after)).to.deep.equal(['accepted', 'accepted', 'accepted', 'acknowledged', 'expired', 'dead'])
    expect(after.messages[1]).to.include({offeredTo: null, offeredAt: null})
    expect(events.map(({data}) => data['id'])).to.deep.equal(['m_1', 'm_2'])
  })

  it('touches no other mailbox', () => {
    expect(returnUnreceived(project, 'a_tester', 9).project).to.equal(project)
  })
})

describe('closeMailboxes', () => {
  it('takes one pass, also for tens of thousands of messages', () => {
    const many = aProject({agents: [anAgent()], messages: Array.from({length: 40_000}, (_, index) => aMessage({id: `m_${index}`}))})
    const started = performance.now()
    const {project: after, events} = closeMailboxes(many, 9)
    expect([new Set(states(after)), events.length]).to.deep.equal([new Set(['expired']), 40_000])
    expect(performance.now() - started).to.be.below(5000)
  })

  it('expires what nobody will read any more', () => {
    const {project: after} = closeMailboxes(project, 9)
    expect(states(after)).to.deep.equal(['expired', 'expired', 'expired', 'acknowledged', 'expired', 'dead'])
  })
})
