import {expect} from 'chai'
import {ProgramConsent} from '../../../src/services/repository-watch/program-consent.js'
import {aProject, aRepository, someOptions} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

const AGREED = [{key: 'filter.e.clean', value: 'agreed'}]
const NOW = [{key: 'filter.e.clean', value: 'written by an agent'}]

describe('ProgramConsent', () => {
  const open = (options: Parameters<typeof someOptions>[0], state: 'running' | 'completed' = 'running') => {
    const world = aWorld({projects: [aProject({state, options: someOptions(options)})]})
    world.workspace.repository = aRepository({programs: NOW})
    return {permitted: () => world.workspace.permitted.get('/repo/.git'), consent: new ProgramConsent(world)}
  }

  it('permits again, when a supervisor starts, what a trusted project was approved with', async () => {
    const {permitted, consent} = open({trusted: true, programs: AGREED})
    await consent.restore()
    expect(permitted()).to.deep.equal(AGREED)
  })

  it('permits what stands there for a trusted project from before programs were recorded', async () => {
    const {permitted, consent} = open({trusted: true})
    await consent.restore()
    expect(permitted()).to.deep.equal(NOW)
  })

  for (const [what, options, state] of [
    ['that is not trusted', {trusted: false}, 'running'],
    ['that is over', {trusted: true, programs: AGREED}, 'completed'],
  ] as const) {
    it(`permits nothing for a project ${what}`, async () => {
      const {permitted, consent} = open(options, state)
      await consent.restore()
      expect(permitted()).to.equal(undefined)
    })
  }

  it('keeps to what a running project was approved with when another run is planned meanwhile', async () => {
    const {permitted, consent} = open({trusted: true, programs: AGREED})
    expect((await consent.apply(aRepository({programs: NOW}), true)).programs).to.deep.equal(AGREED)
    expect(permitted()).to.deep.equal(AGREED)
    await consent.apply(aRepository({programs: NOW}), false)
    expect(permitted()).to.deep.equal(AGREED)
  })

  it('takes a permission back when a person looks without trust', async () => {
    const {permitted, consent} = open({trusted: true, programs: AGREED}, 'completed')
    await consent.apply(aRepository({programs: NOW}), true)
    expect(permitted()).to.deep.equal(NOW)
    await consent.apply(aRepository({programs: NOW}), false)
    expect(permitted()).to.equal(undefined)
  })
})
