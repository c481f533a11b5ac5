import {expect} from 'chai'
import {conversationOf, refuseConversation, withoutRefusal} from '../../src/domain/conversation.js'
import {anAgent} from '../support/builders.js'

const newId = () => 'another'

describe('the conversation of a start', () => {
  for (const [what, hasConversation, isOnDisk, expected] of [
    ['is resumed when it is on disk, whatever was reported', false, true, true],
    ['is begun when it is not on disk, whatever was reported', true, false, false],
    ['is resumed by the report where the disk cannot tell', true, null, true],
    ['is begun without a report where the disk cannot tell', false, null, false],
  ] as const) {
    it(what, () => {
      const agent = anAgent({hasConversation, conversation: 'c'})
      expect(conversationOf(agent, isOnDisk, newId)).to.include({conversation: 'c', hasConversation: expected})
    })
  }

  it('is the other way round after a refusal, whatever the disk shows', () => {
    const refused = (refusal: 'exists' | 'missing') => refuseConversation(anAgent(), refusal)
    expect(conversationOf(refused('exists'), false, newId).hasConversation).to.equal(true)
    expect(conversationOf(refused('missing'), true, newId).hasConversation).to.equal(false)
  })

  it('is another one, handed over by its notes, when the agent would neither begin nor resume it', () => {
    const agent = refuseConversation(refuseConversation(anAgent({context: {healthRestarts: 2}}), 'missing'), 'exists')
    expect(conversationOf(agent, true, newId)).to.deep.equal({
      conversation: 'another',
      hasConversation: false,
      transcript: null,
      context: {healthRestarts: 2, handedOver: true},
    })
  })

  it('is not given up over one refusal that is told twice', () => {
    const agent = refuseConversation(refuseConversation(anAgent(), 'exists'), 'exists')
    expect(agent.context).to.deep.equal({refused: 'exists'})
  })

  it('forgets its refusals once the agent got ready', () => {
    expect(withoutRefusal({healthRestarts: 1, refused: 'exists'})).to.deep.equal({healthRestarts: 1})
    expect(withoutRefusal(undefined)).to.deep.equal({})
  })
})
