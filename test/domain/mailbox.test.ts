import {MESSAGE_STATES} from '@orch/plugin-kit'
import {expect} from 'chai'
import {closeMailboxes, receiptsIn, returnUnreceived} from '../../src/domain/mailbox.js'
import {composeText} from '../../src/domain/letter-text.js'
import {aMessage, aProject, anAgent} from '../support/builders.js'

const ids = ['m_0', 'm_1', 'm_2', 'm_3', 'm_4', 'm_5']
/** One message in each state, all to the developer. */
const messages = MESSAGE_STATES.map((state, index) => aMessage({id: ids[index]!, state, offeredTo: 'r_1'}))
const project = aProject({agents: [anAgent(), anAgent({role: 'tester'})], messages})
const everything = messages.map((message) => composeText(message)).join('\n')
const states = ({messages: all}: {messages: readonly {state: string}[]}) => all.map(({state}) => state)

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
      'expired',
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
  it('expires what nobody will read any more', () => {
    const {project: after} = closeMailboxes(project, 9)
    expect(states(after)).to.deep.equal(['expired', 'expired', 'expired', 'acknowledged', 'expired', 'dead'])
  })
})
