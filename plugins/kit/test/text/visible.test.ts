import {expect} from 'chai'
import fc from 'fast-check'
import {visible, visibleBesideColours, visibleControls, visibleWhole} from '../../src/index.js'

const anything = fc.string({unit: 'binary'})
/** What a terminal acts on, or what turns or hides text. */
const HOSTILE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]/u

describe('text made visible', () => {
  it('shows controls, marks of direction and what takes no room', () => {
    expect(visible('a\u001b]52;c;x\u0007b\u009bc\u202Edcba\u200b')).to.equal('a^[]52;c;x^Gb\\x9bc<U+202E>dcba<U+200B>')
    expect(visibleControls('a\u0003\r\nb\u202e')).to.equal('a^C\nb\u202e')
  })

  it('leaves other scripts and emoji as they are', () => {
    for (const text of ['漢字 ünï', 'שלום', 'می‌خواهم', '👩‍👩‍👧', 'a\n\tb']) expect(visible(text)).to.equal(text)
  })

  it('shows every character of a command on one line', () => {
    expect(visibleWhole('sh -c "a\n\tb  \r  c"')).to.equal('sh -c "a^J^Ib  ^M  c"')
  })

  it('holds nothing hostile, whatever the text is', () => {
    fc.assert(fc.property(anything, (text) => !HOSTILE.test(visible(text)) && !/[\n\t]/.test(visibleWhole(text))))
  })

  it('keeps orch’s own colours, and no other sequence', () => {
    expect(visibleBesideColours('\u001b[1mbold\u001b[22m \u001b[33m!\u001b[39m')).to.equal('\u001b[1mbold\u001b[22m \u001b[33m!\u001b[39m')
    expect(visibleBesideColours('\u001b[8mhidden\u001b[2J\u202e')).to.equal('^[[8mhidden^[[2J<U+202E>')
  })
})
