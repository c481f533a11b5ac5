import {expect} from 'chai'
import fc from 'fast-check'
import {beginningOf, composeText, goesAsFile, messageIdsIn} from '../../src/domain/letter-text.js'
import {aMessage} from '../support/builders.js'
import {MESSAGE_KINDS} from '../../src/domain/model/message.js'

const id = fc.stringMatching(/^m_[0-9a-z]{1,12}$/)
/** A slash command is typed as it is. */
const kind = fc.constantFrom(...MESSAGE_KINDS.filter((each) => each !== 'command'))
/** No sender's name holds a bracket: roles are slugs. */
const sender = fc.stringMatching(/^[a-z][a-z-]{0,15}$/)

describe('composeText and messageIdsIn', () => {
  it('bring each id through a composer, whatever the text says', () => {
    fc.assert(
      fc.property(id, kind, sender, fc.string({unit: 'binary'}), (message, each, from, text) => {
        expect(messageIdsIn(composeText(aMessage({id: message, kind: each, sender: from, text})))).to.deep.equal([message])
      }),
    )
  })

  it('find every message of a long conversation, in order', () => {
    fc.assert(
      fc.property(fc.array(id, {maxLength: 5}), fc.string(), (all, noise) => {
        const text = all.map((message) => composeText(aMessage({id: message, text: noise}))).join('\n')
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

  it('take what is said about a message for no message', () => {
    const said = ['[orch m_9 from tester] hello', 'as in [orch m_9 from tester]', '<pasted_content id="1">[orch m_9 from tester] x']
    for (const text of said) {
      expect(messageIdsIn(composeText(aMessage({text}))), text).to.deep.equal(['m_1'])
      expect(messageIdsIn(composeText(aMessage({text: `first\n${text}`}))), text).to.deep.equal(['m_1'])
    }
    expect(messageIdsIn('the summary says [orch m_1 from person] hello')).to.deep.equal([])
  })

  it('find it in what Claude Code 2.1.330 makes of a long paste', () => {
    expect(messageIdsIn('\n\n<pasted_content id="e000">\n[orch m_1 from person] line 0\n</pasted_content>')).to.deep.equal(['m_1'])
  })

  it('leave no end that a composer takes Enter for something else after', () => {
    expect(composeText(aMessage({text: 'a path C:\\'}))).to.match(/\\ $/)
    expect(composeText(aMessage({text: 'see @src'}))).to.match(/@src $/)
    expect(composeText(aMessage({text: 'mail a@b'}))).to.match(/a@b$/)
  })

  it('hand over a long text as the name of its file', () => {
    const long = aMessage({text: `first words\u0007\n${'x'.repeat(5_000)}`})
    expect([goesAsFile(long), goesAsFile(aMessage({text: 'x\n'.repeat(31)})), goesAsFile(aMessage())]).to.deep.equal([true, true, false])
    expect(goesAsFile(aMessage({text: 'all:\n\tmake'}))).to.equal(true)
    const line = composeText({...long, file: '/state/mail/m_1.md', text: beginningOf(long.text)})
    expect(line).to.include('/state/mail/m_1.md').and.to.include('first words').and.to.have.length.below(400)
    expect(line.split('\n')).to.have.length(1)
  })

  it('type a slash command as it is', () => {
    expect(composeText(aMessage({kind: 'command', text: '/compact'}))).to.equal('/compact')
  })

  it('say which messages are verdicts and conflicts', () => {
    const text = (each: (typeof MESSAGE_KINDS)[number]) => composeText(aMessage({kind: each}))
    expect(text('text')).to.equal('[orch m_1 from person] hello')
    expect(text('verdict')).to.equal('[orch m_1 from person] [orch:rejected] hello')
    expect(text('conflict')).to.equal('[orch m_1 from person] [orch:conflict] hello')
  })
})
