import {expect} from 'chai'
import fc from 'fast-check'
import {MESSAGE_KINDS, composeText, messageIdsIn} from '../../src/domain/message.js'
import {aMessage} from '../support/builders.js'

const id = fc.stringMatching(/^m_[0-9a-z]{1,12}$/)
const kind = fc.constantFrom(...MESSAGE_KINDS)
/** No sender's name holds a bracket: roles are slugs. */
const sender = fc.stringMatching(/^[a-z][a-z-]{0,15}$/)

describe('composeText and messageIdsIn', () => {
  it('bring each id through a composer, whatever the text says', () => {
    fc.assert(
      fc.property(id, kind, sender, fc.string({unit: 'binary'}), (message, each, from, text) => {
        expect(messageIdsIn(composeText(aMessage({id: message, kind: each, sender: from, text})))[0]).to.equal(message)
      }),
    )
  })

  it('find every message of a long conversation, in order', () => {
    fc.assert(
      fc.property(fc.array(id, {maxLength: 5}), fc.string(), (all, noise) => {
        // Noise that opens a bracket itself could begin a mark: here it only stands between.
        const between = noise.replaceAll('[', '(')
        const text = all.map((message) => composeText(aMessage({id: message, text: between}))).join(between)
        expect(messageIdsIn(text)).to.deep.equal(all)
      }),
    )
  })

  it('take nothing for a mark that is not one', () => {
    for (const text of [
      'm_1',
      '[orch m_1]',
      '[orch a_1 from x]',
      '[ORCH m_1 from x]',
      '[orch m_ from x]',
      '[orch m_1; rm from x]',
      '[orch  m_1 from x]',
    ])
      expect(messageIdsIn(text), text).to.deep.equal([])
  })

  it('say which messages are verdicts and conflicts', () => {
    const text = (each: (typeof MESSAGE_KINDS)[number]) => composeText(aMessage({kind: each}))
    expect(text('text')).to.equal('[orch m_1 from person] hello')
    expect(text('verdict')).to.equal('[orch m_1 from person] [orch:rejected] hello')
    expect(text('conflict')).to.equal('[orch m_1 from person] [orch:conflict] hello')
  })
})
