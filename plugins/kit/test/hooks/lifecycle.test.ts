import {expect} from 'chai'
import {LIFECYCLE, OWNED_EVENTS, REQUIRED_PLUGIN} from '../../src/index.js'

/** Design § 5: the table is the contract, so a change to it has to be made twice. */
describe('the lifecycle', () => {
  it('folds each event as the design says', () => {
    const folds = Object.fromEntries(Object.entries(LIFECYCLE).map(([event, {fold}]) => [event, fold]))
    expect(folds).to.deep.equal({
      register: 'collect',
      awaitPort: 'latest',
      mcpInit: 'collect',
      beforeAgentSpawn: 'merge',
      afterAgentSpawn: 'notify',
      beforeBriefing: 'collect',
      afterWindowKill: 'latest',
      agentStateChanged: 'notify',
      messageStateChanged: 'notify',
      projectStateChanged: 'notify',
      needsChanged: 'notify',
      creditsChanged: 'notify',
      beforeMerge: 'guard',
      afterMerge: 'notify',
      beforeCleanup: 'guard',
      afterCleanup: 'notify',
    })
  })

  it('gives the timing events, and no others, to the required plugin', () => {
    expect([...OWNED_EVENTS].sort()).to.deep.equal(['afterWindowKill', 'awaitPort', 'mcpInit'])
    for (const event of OWNED_EVENTS) expect(LIFECYCLE[event].owner).to.equal(REQUIRED_PLUGIN)
  })

  it('asks for a time within two seconds, and gives every handler an end', () => {
    for (const {fold, timeoutMs} of Object.values(LIFECYCLE)) {
      expect(timeoutMs).to.be.greaterThan(0)
      if (fold === 'latest') expect(timeoutMs).to.equal(2000)
    }
    // It says what is to be done; waiting for servers, up to 60 s, is a step that core does.
    expect(LIFECYCLE.mcpInit.timeoutMs).to.be.below(60_000)
  })
})
