import {expect} from 'chai'
import {readClaudeScreen} from '../../src/screen/read-screen.js'
import {BYPASS_197, composer, KEY_330, LIMIT_197, LIMIT_OPTIONS_197, NAMED_RULE, TRUST_197, TRUST_330} from './screens.js'

const NOW = Date.parse('2026-11-22T16:30:00Z')
const read = (screen: string) => readClaudeScreen(screen, NOW)

describe('readClaudeScreen', () => {
  it('answers a dialog by the text of its options, one step at a time', () => {
    expect(read(TRUST_197)).to.deep.include({what: 'dialog', name: 'trust', answer: ['Enter']})
    expect(read(TRUST_330)).to.deep.include({name: 'trust', answer: ['Down']})
    expect(read(TRUST_330.replace('❯ No, exit\n   Yes', '  No, exit\n ❯ Yes'))).to.deep.include({answer: ['Enter']})
    expect(read(BYPASS_197)).to.deep.include({name: 'bypass', answer: ['Down']})
    expect(read(LIMIT_OPTIONS_197)).to.deep.include({name: 'limit-options', answer: ['Enter']})
  })

  it('leaves to a person what is not orch’s to say, and what it does not know', () => {
    expect(read(KEY_330)).to.deep.include({name: 'api-key', answer: null})
    const unknown = '  Something new\n\n  ❯ 1. Yes\n    2. No\n\n  Enter to confirm · Esc to cancel\n'
    expect(read(unknown)).to.deep.include({what: 'dialog', name: 'unknown', answer: null})
    expect(read(unknown)).to.have.property('text').that.includes('Something new')
  })

  it('presses nothing when the wanted option is not there, or is there twice', () => {
    expect(read(TRUST_330.replace('Yes, I trust this folder', 'Sure'))).to.deep.include({name: 'trust', answer: null})
    expect(read(TRUST_330.replace('❯ No, exit', '❯ Yes, I trust this folder for ever'))).to.deep.include({name: 'trust', answer: null})
  })

  it('tells an empty composer from a draft, of one line or more', () => {
    expect(read(composer('● Done.\n\n✻ Baked for 4s\n', ''))).to.deep.equal({what: 'composer', draft: null})
    expect(read(composer('', 'Press up to edit queued messages'))).to.deep.equal({what: 'composer', draft: null})
    expect(read(composer('', 'my draft'))).to.deep.equal({what: 'composer', draft: 'my draft'})
    expect(read(composer('', 'line one\n  line two'))).to.deep.equal({what: 'composer', draft: 'line one\nline two'})
  })

  it('knows a composer with the name of the session in its rule', () => {
    expect(read(`● Done.\n\n${NAMED_RULE}\n❯ \n${'─'.repeat(120)}\n  footer\n`)).to.deep.equal({what: 'composer', draft: null})
  })

  it('tells that the agent is busy, also with a draft, when the footer says nothing', () => {
    expect(read(composer('', '', ' · esc to interrupt'))).to.deep.equal({what: 'busy', draft: null})
    expect(read(composer('❯ go\n\n✢ Deliberating… (12s)\n', 'a draft'))).to.deep.equal({what: 'busy', draft: 'a draft'})
  })

  it('finds a limit near the composer only, where an agent does not write about limits', () => {
    expect(read(LIMIT_197)).to.deep.equal({
      what: 'limit',
      text: "⎿ \u00a0You've hit your session limit · resets 8pm (UTC)",
      resetsAt: Date.parse('2026-11-22T20:00:00Z'),
    })
    const further = `● The text is "You've hit your session limit · resets 8pm".\n${'● more\n'.repeat(8)}`
    expect(read(composer(further, ''))).to.deep.equal({what: 'composer', draft: null})
  })

  it('does not take a message that speaks of limits for a notice', () => {
    const notice = "You've hit your session limit · resets 8pm (UTC)"
    for (const message of [
      `❯ [orch m_1 from person] ${notice}\n  simulated limit, over at 2099-01-01T00:00:00.000Z\n\n● ok\n\n✻ Baked for 0s\n`,
      `❯ [orch m_1 from person]   ⎿ ${notice}\n`,
      `❯ [orch m_1 from person] look:\n  ⎿  ${notice}\n`,
      `❯ [orch m_1 from person] ${'long\n\n  '.repeat(10)}${notice}\n`,
    ])
      expect(read(composer(message, ''))).to.deep.equal({what: 'composer', draft: null})
    expect(read(composer(`❯ ${notice}\n  ⎿ \u00a0${notice}\n`, ''))).to.include({what: 'limit'})
  })

  it('does not take a notice of a limit that is over for tomorrow’s', () => {
    const later = Date.parse('2026-11-22T20:10:00Z')
    expect(readClaudeScreen(LIMIT_197, later)).to.deep.equal({what: 'composer', draft: null})
  })

  it('says so when it knows nothing', () => {
    expect(read('')).to.deep.equal({what: 'unknown'})
    expect(read('$ ls\nfile\n$ ')).to.deep.equal({what: 'unknown'})
  })

  it('gives a dialog as a person reads it: title and options, without rules and what stands above', () => {
    const reading = readClaudeScreen(`● I wrote about colours\n${KEY_330}`, NOW)
    expect(reading).to.have.property('what', 'dialog')
    const {text} = reading as {text: string}
    expect(text.split('\n')[0]).to.equal('Detected a custom API key in your environment')
    expect(text)
      .to.include('❯ No (recommended)')
      .and.not.match(/[\u2500-\u259f]|I wrote/)
  })
})
