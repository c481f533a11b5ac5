import {expect} from 'chai'
import {closeMailboxes} from '../../src/domain/mailbox.js'
import {reopenMailboxes} from '../../src/domain/reopen-mailboxes.js'
import {aClaim, aMessage, anAgent, anApproval, aProject, EPOCH} from '../support/builders.js'
import type {Message} from '../../src/domain/model/message.js'

describe('reopenMailboxes', () => {
  const REJECTED = anAgent({claim: aClaim({verdict: 'rejected', reason: 'r'})})
  const HOLDING = anAgent({role: 'tester', claim: aClaim({verdict: 'holds'})})
  const requests = [anApproval({id: 'q_open'}), anApproval({id: 'q_settled', state: 'approved'})]

  /** State and reason of a message after the end of its project, and after that was resumed. */
  function after(changes: Partial<Message>): [state: string, reason: string | null] {
    const open = aProject({agents: [REJECTED, HOLDING], requests, messages: [aMessage(changes)]})
    const {project} = reopenMailboxes(closeMailboxes(open, EPOCH + 1).project, EPOCH + 100)
    return [project.messages[0]!.state, project.messages[0]!.reason]
  }

  for (const state of ['accepted', 'offered', 'submitted'] as const) {
    it(`has a message sent again that was ${state} when the project ended`, () => {
      const open = aProject({agents: [REJECTED], messages: [aMessage({state, offeredTo: 'r_1', offers: 1})]})
      const {project, events} = reopenMailboxes(closeMailboxes(open, EPOCH + 1).project, EPOCH + 100)
      expect(project.messages[0]).to.include({state: 'accepted', reason: null, offeredTo: null, acceptedAt: EPOCH})
      expect(events.map(({type, data}) => [type, data['from'], data['to']])).to.deep.equal([['message.state', 'expired', 'accepted']])
    })
  }

  for (const kind of ['text', 'question', 'answer', 'report', 'claim', 'command', 'system'] as const) {
    it(`has what is ${kind} sent again`, () => expect(after({kind})).to.deep.equal(['accepted', null]))
  }

  it('leaves what was received, given up, or expired for another reason', () => {
    for (const changes of [{state: 'acknowledged'}, {state: 'dead', reason: 'r'}, {state: 'expired', reason: 'too late'}] as const)
      expect(after(changes)).to.deep.equal([changes.state, 'reason' in changes ? changes.reason : null])
  })

  it('leaves what is of no use any more', () => {
    const useless: Partial<Message>[] = [
      {kind: 'checkin'},
      {expiresAt: EPOCH + 50},
      {readAt: EPOCH},
      {to: 'a_nobody'},
      {kind: 'approval', cause: 'q_settled'},
      {kind: 'verdict', to: 'a_tester'},
      {kind: 'conflict', to: 'a_tester'},
    ]
    for (const changes of useless) expect(after(changes)[0], JSON.stringify(changes)).to.equal('expired')
    const useful: Partial<Message>[] = [
      {expiresAt: EPOCH + 500},
      {kind: 'approval', cause: 'q_open'},
      {kind: 'verdict'},
      {kind: 'conflict'},
    ]
    for (const changes of useful) expect(after(changes)[0], JSON.stringify(changes)).to.equal('accepted')
  })
})
