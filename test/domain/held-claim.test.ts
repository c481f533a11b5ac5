import {expect} from 'chai'
import {followHold, holdOf} from '../../src/domain/held-claim.js'
import {needsOf} from '../../src/domain/need.js'
import {nextStep} from '../../src/domain/next-step.js'
import {findAgent} from '../../src/domain/project.js'
import {aClaim, aProject, anAgent, EPOCH} from '../support/builders.js'

const BESIDE = [{id: 'b1', what: 'shell: dev server'}]
const follow = (project: ReturnType<typeof aProject>, now: number) => followHold(project, 'a_developer', () => 'm_9', now)

describe('a claim while something runs beside the agent’s turns', () => {
  const held = anAgent({claim: aClaim(), beside: BESIDE})

  it('waits for it, by name, and is judged when nothing runs any more', () => {
    expect(holdOf(held)).to.equal('what runs beside its turns (shell: dev server)')
    expect(nextStep(aProject({agents: [held]}), EPOCH)).to.deep.equal({do: 'wait'})
    const free = {...held, beside: []}
    expect(nextStep(aProject({agents: [free]}), EPOCH)).to.deep.include({do: 'check-claim', agent: free})
  })

  it('keeps the verification waiting when it was judged before', () => {
    const judged = anAgent({claim: aClaim({verdict: 'holds'}), beside: BESIDE})
    expect(nextStep(aProject({agents: [judged]}), EPOCH)).to.deep.equal({do: 'wait'})
    expect(nextStep(aProject({agents: [{...judged, beside: []}]}), EPOCH)).to.deep.equal({do: 'verify'})
  })

  it('does not wait for a process that has ended, nor without a claim', () => {
    expect(holdOf({...held, state: 'exited'})).to.equal(null)
    expect(holdOf({...held, claim: null})).to.equal(null)
    expect(holdOf({...held, claim: aClaim({verdict: 'rejected'})})).to.equal(null)
  })

  it('is recorded at once, told to the agent after a minute, and to a person after ten', () => {
    const first = follow(aProject({agents: [held]}), EPOCH)
    expect(first.events).to.deep.equal([
      {
        type: 'verdict',
        agent: 'a_developer',
        data: {verdict: 'held', reason: 'it waits for what runs beside its turns (shell: dev server)'},
      },
    ])
    expect(follow(first.project, EPOCH + 59_999).events).to.deep.equal([])
    const told = follow(first.project, EPOCH + 60_000)
    expect(told.project.messages[0]).to.include({id: 'm_9', to: 'a_developer'})
    expect(told.project.messages[0]!.text).to.include('dev server')
    expect(follow(told.project, EPOCH + 120_000).events).to.deep.equal([])
    expect(needsOf(told.project, EPOCH + 599_999)).to.deep.equal([])
    expect(needsOf(told.project, EPOCH + 600_000)[0]).to.deep.include({
      agent: 'a_developer',
      since: EPOCH,
      commands: ['orch attach p_1 developer'],
    })
    expect(findAgent(told.project, 'a_developer')!.claim!.held).to.deep.equal({since: EPOCH, told: true})
  })
})
