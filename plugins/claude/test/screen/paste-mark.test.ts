import {expect} from 'chai'
import {standsForPaste} from '../../src/screen/paste-mark.js'

const lines = (count: number) => Array.from({length: count}, (_, index) => `line ${index}`).join('\n')

describe('the mark of a paste', () => {
  for (const [draft, text] of [
    ['[Pasted text #1 +3 lines]', lines(4)],
    ['[Pasted text #2 +24 lines]', lines(25)],
    ['[Pasted text #3]', 'x'.repeat(1_200)],
    ['[Pasted text #12 +1 lines]', `${'x'.repeat(1_200)}\ny`],
  ] as const) {
    it(`${draft} stands for a text of its lines`, () => {
      expect(standsForPaste(draft, text)).to.equal(true)
    })
  }

  for (const [draft, text, why] of [
    ['[Pasted text #1 +3 lines]', lines(5), 'of other lines'],
    ['[Pasted text #1 +2 lines]', lines(3), 'that it shows as it is'],
    ['[Pasted text #1]', 'short', 'that is short'],
    ['[Pasted text #1 +3 lines] please', lines(4), 'with words behind it'],
    ['line 0', lines(4), 'that is no mark'],
  ] as const) {
    it(`is none ${why}`, () => {
      expect(standsForPaste(draft, text)).to.equal(false)
    })
  }
})
