import {expect} from 'chai'
import {parseDuration} from '../src/parse-duration.js'

describe('parseDuration', () => {
  for (const [text, ms] of [
    ['90', 90_000],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1.5h', 5_400_000],
    [' 5 m ', 300_000],
  ] as const) {
    it(`takes ${JSON.stringify(text)}`, () => expect(parseDuration(text, '--timeout')).to.equal(ms))
  }

  for (const text of ['', '0', '-5m', 'soon', '5d', '1h30m', '1e9', 'Infinity', '0.0s']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseDuration(text, '--timeout'))
        .to.throw('--timeout')
        .with.property('code', 'ORCH_USAGE')
    })
  }
})
