import {expect} from 'chai'
import {rejectClaim, upholdClaim, type Rejection} from '../../src/domain/claim.js'
import {findAgent} from '../../src/domain/project.js'
import {aClaim, aProject, anAgent} from '../support/builders.js'

const CLAIM = aClaim({at: 5})
const project = aProject({agents: [anAgent({claim: CLAIM}), anAgent({role: 'tester'})]})
const rejection: Rejection = {agent: 'a_developer', claimedAt: 5, reason: 'tests fail', kind: 'conflict', messageId: 'm_9'}

describe('rejectClaim', () => {
  const once = rejectClaim(project, rejection, 7)

  it('gives verdict, count and message in one change', () => {
    expect(findAgent(once.project, 'a_developer')).to.deep.include({
      claim: {...CLAIM, verdict: 'rejected', reason: 'tests fail'},
      rejections: 1,
    })
    expect(once.project.messages[0]).to.include({
      id: 'm_9',
      from: 'orch',
      to: 'a_developer',
      kind: 'conflict',
      state: 'accepted',
      acceptedAt: 7,
    })
    expect(once.project.messages[0]!.text).to.include('tests fail').and.include('orch done')
    expect(once.events.map(({type}) => type)).to.deep.equal(['verdict', 'message.state'])
  })

  it('told twice is told once', () => {
    expect(rejectClaim(once.project, {...rejection, messageId: 'm_10'}, 8)).to.deep.equal({project: once.project, events: []})
  })

  it('leaves a newer claim alone', () => {
    expect(rejectClaim(project, {...rejection, claimedAt: 4}, 7)).to.deep.equal({project, events: []})
    expect(rejectClaim(project, {...rejection, agent: 'a_tester'}, 7)).to.deep.equal({project, events: []})
  })
})

describe('upholdClaim', () => {
  it('lets the claim it looked at hold, and no other', () => {
    const {project: after, events} = upholdClaim(project, 'a_developer', 5)
    expect(findAgent(after, 'a_developer')!.claim).to.include({verdict: 'holds', reason: null})
    expect(events).to.deep.equal([{type: 'verdict', agent: 'a_developer', data: {verdict: 'holds'}}])
    expect(upholdClaim(project, 'a_developer', 4)).to.deep.equal({project, events: []})
  })
})
