import {expect} from 'chai'
import {dueNow, refused, wake, wakeAt} from '../../src/domain/limits.js'
import {lastedLong} from '../../src/domain/restarts.js'
import {aMessage, aProject, aRun, anAgent, EPOCH} from '../support/builders.js'

const MINUTE = 60_000
const limit = (until: number | null, more = {}) => anAgent({state: 'limited', waitingFor: {what: 'limit', until, holder: null, ...more}})

describe('a refused turn', () => {
  it('of a plan waits for its reset, and three minutes for the agent to go on by itself', () => {
    const {waitingFor, refusals} = refused({resetsAt: EPOCH + MINUTE, cause: 'plan'}, 4, EPOCH)
    expect(waitingFor).to.deep.equal({what: 'limit', until: EPOCH + MINUTE, holder: null, cause: 'plan'})
    expect(refusals).to.equal(0)
    expect(wakeAt(limit(EPOCH + MINUTE, {cause: 'plan'}))).to.equal(EPOCH + 4 * MINUTE)
  })

  it('of a plan that says no time is tried after half an hour, however often', () => {
    for (const refusals of [0, 7]) {
      expect(refused({resetsAt: null, cause: 'plan'}, refusals, EPOCH).waitingFor.until).to.equal(EPOCH + 30 * MINUTE)
    }
  })

  it('of a throttle or a server is tried later each time, half an hour later at most', () => {
    for (const cause of ['throttle', 'server'] as const) {
      const waits = [0, 1, 2, 4, 9].map((refusals) => refused({resetsAt: null, cause}, refusals, 0).waitingFor.until! / MINUTE)
      expect(waits).to.deep.equal([1, 2, 4, 16, 30])
      expect(wakeAt(limit(EPOCH, {cause})), 'without a margin').to.equal(EPOCH)
    }
    expect(refused({resetsAt: null}, 3, EPOCH)).to.deep.include({refusals: 4})
  })

  it('of an account has no time', () => {
    expect(
      wakeAt(anAgent({state: 'limited', waitingFor: {what: 'login', until: null, holder: null, account: {id: 'x', login: null}}})),
    ).to.equal(null)
    expect(wakeAt(anAgent({state: 'idle'}))).to.equal(null)
  })

  it('is tried at once when a person says so', () => {
    expect(wakeAt(dueNow(limit(EPOCH + MINUTE, {cause: 'plan', aside: true}), EPOCH))).to.equal(EPOCH)
    expect(dueNow(limit(null, {aside: true}), EPOCH).waitingFor).to.include({aside: true})
    expect(dueNow(anAgent(), EPOCH)).to.deep.equal(anAgent())
  })
})

describe('wake', () => {
  const evidence = {source: 'orch', what: 'over', at: EPOCH} as const
  const message = aMessage({id: 'm_9', from: 'orch'})

  it('is state and message in one change', () => {
    const {project, events} = wake(aProject({agents: [limit(EPOCH)]}), 'a_developer', message, evidence)
    expect(project.agents[0]).to.deep.include({state: 'idle', waitingFor: null, evidence})
    expect(project.messages).to.deep.equal([message])
    expect(events.map(({type}) => type)).to.deep.equal(['agent.state', 'message.state'])
  })

  it('told twice, or of an agent that went on by itself, is nothing', () => {
    const once = wake(aProject({agents: [limit(EPOCH)]}), 'a_developer', message, evidence).project
    expect(wake(once, 'a_developer', {...message, id: 'm_10'}, evidence)).to.deep.equal({project: once, events: []})
  })

  it('says nothing to one that had nothing under way', () => {
    const {project} = wake(aProject({agents: [limit(null, {aside: true})]}), 'a_developer', message, evidence)
    expect(project.agents[0]).to.include({state: 'idle'})
    expect(project.messages).to.deep.equal([])
  })
})

describe('lastedLong', () => {
  it('is a quarter of an hour', () => {
    const agent = anAgent({run: aRun({startedAt: EPOCH})})
    expect([lastedLong(agent, EPOCH + 15 * MINUTE - 1), lastedLong(agent, EPOCH + 15 * MINUTE)]).to.deep.equal([false, true])
  })
})
