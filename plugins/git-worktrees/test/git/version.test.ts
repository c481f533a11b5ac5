import {expect} from 'chai'
import {atLeast, parseVersion} from '../../src/git/version.js'

describe('git version', () => {
  it('is read of every vendor', () => {
    expect(parseVersion('git version 2.39.5\n')).to.equal('2.39.5')
    expect(parseVersion('git version 2.39.5 (Apple Git-154)')).to.equal('2.39.5')
    expect(parseVersion('git version 2.47.0.windows.1')).to.equal('2.47.0')
    expect(parseVersion('hub version 2.14')).to.equal(null)
  })

  it('is compared by number', () => {
    expect(atLeast('2.39.5', '2.34')).to.equal(true)
    expect(atLeast('2.34', '2.34')).to.equal(true)
    expect(atLeast('2.9.5', '2.34')).to.equal(false)
    expect(atLeast('3.0', '2.34')).to.equal(true)
    expect(atLeast('2.34', '2.34.1')).to.equal(false)
  })
})
