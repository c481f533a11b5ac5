import {expect} from 'chai'
import {HEALTH_DEFAULTS} from '../../src/domain/health.js'
import {overdueMail} from '../../src/domain/overdue.js'
import {EPOCH, aMessage, aProject, anAgent} from '../support/builders.js'
import type {Message} from '../../src/domain/model/message.js'

const LATE = EPOCH + 31 * 60_000
const question = (changes: Partial<Message> = {}) =>
  aMessage({kind: 'question', from: 'a_tester', sender: 'tester', state: 'acknowledged', acknowledgedAt: EPOCH, ...changes})

describe('overdueMail', () => {
  const causes = (messages: readonly Message[], state: 'idle' | 'working' = 'idle', now = LATE) =>
    overdueMail(aProject({agents: [anAgent({state}), anAgent({role: 'tester'})], messages}), HEALTH_DEFAULTS, now).map(
      ({cause, about}) => `${cause} ${about}`,
    )

  it('tells of a question without an answer, after the time a role has for it', () => {
    expect(causes([question()])).to.deep.equal(['no-answer m_1'])
    expect(causes([question()], 'idle', EPOCH + 29 * 60_000)).to.deep.equal([])
    const answer = aMessage({id: 'm_2', from: 'a_developer', to: 'a_tester', acceptedAt: EPOCH + 1})
    expect(causes([question(), answer])).to.deep.equal([])
  })

  it('tells of a message that was submitted and never received, once its agent is at rest', () => {
    const submitted = aMessage({state: 'submitted', submittedAt: EPOCH})
    expect(causes([submitted])).to.deep.equal(['no-receipt m_1'])
    expect(causes([submitted], 'working')).to.deep.equal([])
    expect(causes([{...submitted, readAt: EPOCH + 1}])).to.deep.equal([])
  })
})
