import {expect} from 'chai'
import type {ScreenReading} from '@orch/plugin-kit'
import type {AgentState} from '@orch/plugin-kit'
import {HEALTH_DEFAULTS, diagnose, needsLook, thresholdsOf, type Sign} from '../../src/domain/health.js'
import {BACKGROUND_WORK} from '../../src/domain/agent.js'
import {anAgent, EPOCH} from '../support/builders.js'

const LIMITS = thresholdsOf({...HEALTH_DEFAULTS, quietSeconds: 60, stuckMinutes: 20}, 'developer')
const BUSY: ScreenReading = {what: 'busy', draft: null}
const COMPOSER: ScreenReading = {what: 'composer', draft: null}
const DIALOG: ScreenReading = {what: 'dialog', name: 'permission', text: 'Run it?', answer: null}
const LIMIT: ScreenReading = {what: 'limit', text: 'reached', resetsAt: 7}

function sign(minutes: number, changes: Partial<Sign> = {}): Sign {
  return {ageMs: minutes * 60_000, source: 'transcript', what: 'its transcript grew', isNews: false, ...changes}
}

describe('health', () => {
  const state = (is: AgentState, age: Sign, screen: ScreenReading | 'unreadable' | null) =>
    diagnose(anAgent({state: is}), age, screen, LIMITS)?.state ?? null

  it('takes a working agent that is silent for long, with a busy screen, for stuck, and not before', () => {
    expect(state('working', sign(19), BUSY)).to.equal(null)
    expect(state('working', sign(20), BUSY)).to.equal('stuck')
  })

  it('lets the screen tell what no hook told: composer, dialog, limit', () => {
    expect(state('working', sign(2), COMPOSER)).to.equal('idle')
    expect(state('working', sign(2), DIALOG)).to.equal('needs-input')
    expect(diagnose(anAgent(), sign(2), LIMIT, LIMITS)).to.deep.include({
      state: 'limited',
      waitingFor: {what: 'limit', until: 7, holder: null},
    })
  })

  it('takes an agent at work behind whose ended turn a background task runs for idle only after long silence', () => {
    const after = (minutes: number) => {
      const evidence = {source: 'hook', what: BACKGROUND_WORK, at: EPOCH} as const
      return diagnose(anAgent({evidence}), sign(minutes), COMPOSER, LIMITS)?.state ?? null
    }
    expect(after(2)).to.equal(null)
    expect(after(20)).to.equal('idle')
  })

  it('never takes a screen that says nothing, or that cannot be read, for idle or for an end', () => {
    for (const screen of [{what: 'unknown'}, 'unreadable'] as const) {
      expect(state('working', sign(19), screen)).to.equal(null)
      expect(state('working', sign(20), screen)).to.equal('unknown')
      expect(state('unknown', sign(90), screen)).to.equal(null)
    }
  })

  it('brings an agent back by what it does: growth of its transcript, or a screen that can be read again', () => {
    expect(state('stuck', sign(0, {isNews: true}), null)).to.equal('working')
    expect(state('unknown', sign(30), BUSY)).to.equal('working')
    expect(state('unknown', sign(30), COMPOSER)).to.equal('idle')
    expect(state('needs-input', sign(0, {isNews: true}), BUSY)).to.equal('working')
    expect(state('needs-input', sign(0, {isNews: true}), DIALOG)).to.equal(null)
  })

  for (const settled of ['idle', 'limited', 'ready', 'quarantined', 'exited'] as const) {
    it(`leaves an agent alone that is ${settled}`, () => {
      expect(state(settled, sign(500), BUSY)).to.equal(null)
      expect(needsLook(anAgent({state: settled}), sign(500), LIMITS)).to.equal(false)
    })
  }

  it('looks at a screen last: after a silence, or when only it can tell', () => {
    expect(needsLook(anAgent(), sign(0.9), LIMITS)).to.equal(false)
    expect(needsLook(anAgent(), sign(1), LIMITS)).to.equal(true)
    expect(needsLook(anAgent({state: 'unknown'}), sign(0), LIMITS)).to.equal(true)
    expect(needsLook(anAgent({state: 'needs-input'}), sign(5), LIMITS)).to.equal(false)
  })

  it('gives a role its own thresholds', () => {
    const settings = {...HEALTH_DEFAULTS, roles: {tester: {stuckMinutes: 90}}}
    expect(thresholdsOf(settings, 'tester')).to.include({stuckMinutes: 90, quietSeconds: 60})
    expect(thresholdsOf(settings, 'developer').stuckMinutes).to.equal(20)
  })
})
