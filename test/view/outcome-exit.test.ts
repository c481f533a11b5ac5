import {expect} from 'chai'
import {exitOf, worstExit} from '../../src/view/outcome-exit.js'

describe('the exit code of an outcome', () => {
  for (const [state, code] of [
    ['completed', 0],
    ['failed', 1],
    ['blocked', 1],
    ['cancelled', 130],
    ['waiting-credits', 75],
    ['running', 75],
  ] as const) {
    it(`is ${code} for ${state}`, () => expect(exitOf({state}, true)).to.equal(code))
  }

  it('is 0 for a team that is ready when nobody waits for more', () => expect(exitOf({state: 'running'}, false)).to.equal(0))

  it('of several is that of the worst', () => {
    expect(worstExit([])).to.equal(0)
    expect(worstExit([0, 75, 0])).to.equal(75)
    expect(worstExit([75, 130])).to.equal(130)
    expect(worstExit([130, 1, 0, 75])).to.equal(1)
  })
})
