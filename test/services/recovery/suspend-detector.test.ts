import {expect} from 'chai'
import {SuspendDetector} from '../../../src/services/recovery/suspend-detector.js'
import {aProject} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

describe('SuspendDetector', () => {
  let world: World
  let skipped: number[]
  let gaps: SuspendDetector

  beforeEach(() => {
    world = aWorld({projects: [aProject()]})
    skipped = []
    gaps = new SuspendDetector({...world, pulses: {skip: (ms) => void skipped.push(ms)}})
  })

  const noted = () => world.log.events.filter(({type}) => type === 'incident').map(({data}) => data)

  it('find none between looks that follow each other, and none before the first', async () => {
    await world.clock.advance(60_000)
    for (let look = 0; look < 3; look++) {
      expect(gaps.tick()).to.equal(false)
      await world.clock.advance(10_000)
    }
    expect([skipped, noted()]).to.deep.equal([[], []])
  })

  it('tell every project of the time in which this process stood still, and hold it against no agent', async () => {
    gaps.tick()
    await world.clock.advance(12_000)
    expect(gaps.tick()).to.equal(true)
    expect(skipped).to.deep.equal([12_000])
    expect(noted()).to.deep.equal([
      {cause: 'gap', step: 'over', what: 'the machine slept, or its clock was set', wallMs: 12_000, awakeMs: 12_000},
    ])
    expect(gaps.tick()).to.equal(false)
  })

  for (const [way, ms] of [
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ] as const) {
    it(`tell of a clock that was set ${way}, in which no time passed`, () => {
      gaps.tick()
      world.clock.jump(ms)
      expect(gaps.tick()).to.equal(true)
      expect(skipped).to.deep.equal([])
      expect(noted()).to.have.length(1)
    })
  }
})
