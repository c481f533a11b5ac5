import {expect} from 'chai'
import {SignsOfLife} from '../../../src/services/health/signs-of-life.js'
import {EPOCH, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

describe('SignsOfLife', () => {
  let world: World
  let pulses: SignsOfLife
  let toolsAtWork: boolean
  const agent = (changes: Partial<Agent> = {}) => anAgent({transcript: {path: '/t', position: 0}, ...changes})
  const feel = async (changes: Partial<Agent> = {}) => (await pulses.feel(agent(changes))).sign

  beforeEach(() => {
    world = aWorld()
    toolsAtWork = false
    world.files.put('/t', 'x')
    pulses = new SignsOfLife({...world, vitals: {hasToolsAtWork: () => toolsAtWork} as never})
  })

  it('holds nothing against anybody at its first look, however old the evidence is', async () => {
    expect((await feel({evidence: {source: 'hook', what: 'Stop', at: EPOCH - 9_000_000}})).ageMs).to.equal(0)
  })

  it('counts from the last report of a hook, growth of the transcript, and work of a tool', async () => {
    await feel()
    await world.clock.advance(60_000)
    expect(await feel()).to.include({ageMs: 60_000, isNews: false})
    expect(await feel({evidence: {source: 'hook', what: 'UserPromptSubmit', at: EPOCH + 1}})).to.include({ageMs: 0, isNews: false})
    const told: Partial<Agent> = {evidence: {source: 'hook', what: 'UserPromptSubmit', at: EPOCH + 1}}
    await world.clock.advance(30_000)
    world.files.put('/t', 'xy')
    expect(await feel(told)).to.include({ageMs: 0, source: 'transcript', isNews: true})
    await world.clock.advance(30_000)
    toolsAtWork = true
    expect(await feel(told)).to.include({ageMs: 0, source: 'process'})
  })

  it('takes nothing that orch concluded itself for a sign of life', async () => {
    await feel()
    await world.clock.advance(60_000)
    expect((await feel({state: 'stuck', evidence: {source: 'process', what: 'silent', at: EPOCH + 60_000}})).ageMs).to.equal(60_000)
  })

  it('does not let a clock that is set, or a sleep of the machine, make anybody silent', async () => {
    await feel()
    world.clock.jump(24 * 3_600_000)
    expect((await feel()).ageMs).to.equal(0)
    await world.clock.advance(600_000)
    pulses.skip(600_000)
    expect((await feel()).ageMs).to.equal(0)
  })

  it('begins anew with each run', async () => {
    await feel()
    await world.clock.advance(60_000)
    expect((await feel({run: aRun({id: 'r_2'})})).ageMs).to.equal(0)
  })
})
