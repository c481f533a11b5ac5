import {visibleControls} from '@orch/plugin-kit'
import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {literal} from '../src/format.js'
import {checkKeys} from '../src/keys.js'
import {sessionName, windowName} from '../src/names.js'
import {checkId} from '../src/targets.js'

describe('literal', () => {
  for (const [text, escaped] of [
    ['plain', 'plain'],
    ['#(touch x)', '##(touch x)'],
    ['a#{pid}##b#', 'a##{pid}####b##'],
    ['#[fg=red] ##[x] #x', '#[fg=red] ##[x] ##x'],
  ] as const) {
    it(`writes ${text} as ${escaped}`, () => expect(literal(text)).to.equal(escaped))
  }
})

describe('visibleControls', () => {
  for (const [text, shown] of [
    ['plain é 日本\n\ttab', 'plain é 日本\n\ttab'],
    ['\u001b[201~', '^[[201~'],
    ['\u0000\u0003\u007f', '^@^C^?'],
    ['\u009b201~ \u0085', '\\x9b201~ \\x85'],
    ['one\r\ntwo\rthree', 'one\ntwo^Mthree'],
  ] as const) {
    it(`shows ${JSON.stringify(text)}`, () => expect(visibleControls(text)).to.equal(shown))
  }

  it('leaves no control character but newline and tab', () => {
    const all = Array.from({length: 0xa0}, (_, code) => String.fromCharCode(code)).join('')
    expect(visibleControls(all)).not.to.match(/(?![\n\t])\p{Cc}/u)
  })
})

describe('names', () => {
  it('replaces what tmux would escape or take for a separator', () => {
    expect(sessionName('a.b:c\\d$e\nf')).to.equal('a_b_c_d_e_f')
    expect(windowName('a.b:c\\d$e\nf')).to.equal('a.b:c_d_e_f')
    expect(windowName('')).to.equal('_')
  })
})

describe('keys', () => {
  for (const key of ['Enter', 'C-c', 'M-S-Left', 'F12', 'BTab', ';', '-', 'a']) it(`takes ${key}`, () => checkKeys([key]))
  for (const key of ['Entr', '-t', 'F13', '', 'ab', 'C-', ' ', '\u001b']) {
    it(`refuses ${JSON.stringify(key)}`, () =>
      expect(thrown(() => checkKeys(['Enter', key]))).to.satisfy((e: unknown) => hasCode(e, 'ORCH_REFUSED')))
  }
})

describe('targets', () => {
  it('are ids only', () => {
    expect([checkId('pane', '%1'), checkId('window', '@20'), checkId('session', '$0')]).to.deep.equal(['%1', '@20', '$0'])
    for (const id of ['1', '@1', '%', '%1x', 'name', '%-1']) {
      expect(
        thrown(() => checkId('pane', id)),
        id,
      ).to.satisfy((e: unknown) => hasCode(e, 'ORCH_NOT_FOUND'))
    }
  })
})

function thrown(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
