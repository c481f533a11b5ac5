import {expect} from 'chai'
import fc from 'fast-check'
import {isNewer} from '../../src/rpc/protocol.js'

describe('isNewer', () => {
  for (const [a, b, newer] of [
    ['1.2.3', '1.2.2', true],
    ['1.2.3', '1.2.3', false],
    ['1.10.0', '1.9.9', true],
    ['2.0.0', '10.0.0', false],
    ['0.1.0', '0.0.9', true],
    ['1.0.0-beta.1', '0.9.0', true],
  ] as const) {
    it(`${a} is ${newer ? '' : 'not '}newer than ${b}`, () => expect(isNewer(a, b)).to.equal(newer))
  }

  it('is so for one of two at most', () => {
    const version = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'))
    fc.assert(fc.property(version, version, (a, b) => void expect(isNewer(a, b) && isNewer(b, a)).to.equal(false)))
  })
})
