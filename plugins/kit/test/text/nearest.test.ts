import {expect} from 'chai'
import fc from 'fast-check'
import {didYouMean, nearest} from '../../src/index.js'

const KNOWN = ['acceptance', 'agent', 'maxAgents', 'merge', 'planner']

describe('nearest', () => {
  it('is said as a question, or not at all', () => {
    expect(didYouMean('acceptence', KNOWN)).to.equal(' (did you mean "acceptance"?)')
    expect(didYouMean('plan', KNOWN)).to.equal('')
  })

  it('finds what was probably meant', () => {
    expect(nearest('acceptence', KNOWN)).to.equal('acceptance')
    expect(nearest('maxagents', KNOWN)).to.equal('maxAgents')
    expect(nearest('plan', KNOWN)).to.equal(undefined)
    expect(nearest('mrege', KNOWN)).to.equal('merge')
    expect(nearest('sned', ['new', 'send'])).to.equal('send')
  })

  it('says nothing rather than something far off', () => {
    expect(nearest('xylophone', KNOWN)).to.equal(undefined)
    expect(nearest('anything', [])).to.equal(undefined)
    expect(nearest('ls', ['ask', 'new'])).to.equal(undefined)
    expect(nearest('rn', ['ask', 'run'])).to.equal('run')
  })

  it('finds a known word itself, and one letter beside it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN), fc.nat(), fc.constantFrom(...'qzjk'), (word, at, letter) => {
        expect(nearest(word, KNOWN)).to.equal(word)
        const index = at % word.length
        expect(nearest(word.slice(0, index) + letter + word.slice(index), KNOWN)).to.equal(word)
      }),
    )
  })
})
