import {expect} from 'chai'
import {MessageExpiry} from '../../../src/services/messages/expiry.js'
import {aMessage, aProject, anAgent, EPOCH} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Message} from '../../../src/domain/model/message.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const MINUTE = 60_000

describe('MessageExpiry', () => {
  let world: World

  /** What has become of a message of the tester after so many minutes. */
  async function after(minutes: number, message: Partial<Message>, agent: Partial<Agent> = {}): Promise<void> {
    world = aWorld()
    const agents = [anAgent({state: 'idle', ...agent}), anAgent({role: 'tester'})]
    await world.store.create(aProject({agents, messages: [aMessage({id: 'm_sent', from: 'a_tester', sender: 'tester', ...message})]}))
    await world.clock.advance(minutes * MINUTE)
    await new MessageExpiry(world).tick(world.project())
  }

  it('ends what could not be given in time, and tells the sender why', async () => {
    await after(5, {expiresAt: EPOCH + 5 * MINUTE, blockedBy: 'draft'})
    expect(world.message('m_sent')).to.include({state: 'expired', reason: 'it could not be given in time (blocked by draft)'})
    expect(world.project().messages[1]).to.include({to: 'a_tester', kind: 'system', priority: 'low', cause: 'm_sent'})
    await after(4, {expiresAt: EPOCH + 5 * MINUTE})
    expect(world.message('m_sent').state).to.equal('accepted')
  })

  it('ends what was given and never proven, ten minutes after the agent was last heard of', async () => {
    await after(11, {state: 'offered', offeredAt: EPOCH})
    expect(world.message('m_sent').state).to.equal('dead')
    await after(9, {state: 'offered', offeredAt: EPOCH})
    expect(world.message('m_sent').state).to.equal('offered')
    await after(11, {state: 'submitted', submittedAt: EPOCH}, {evidence: {source: 'hook', what: 'Stop', at: EPOCH + 5 * MINUTE}})
    expect(world.message('m_sent').state).to.equal('submitted')
  })

  it('lets an agent that works or is limited keep its queue', async () => {
    for (const state of ['working', 'limited'] as const) {
      await after(600, {state: 'submitted', submittedAt: EPOCH}, {state})
      expect(world.message('m_sent').state, state).to.equal('submitted')
    }
  })

  it('says nothing about what orch itself said, or a person', async () => {
    for (const from of ['orch', 'person']) {
      await after(5, {from, expiresAt: EPOCH + MINUTE})
      expect(world.project().messages).to.have.length(1)
    }
    await after(5, {kind: 'system', expiresAt: EPOCH + MINUTE})
    expect(world.project().messages).to.have.length(1)
  })
})
