import {expect} from 'chai'
import fc from 'fast-check'
import {readScreen} from '../../src/driver/read-screen.js'
import {displayWidth, truncate, wrap} from '../../src/player/display-width.js'
import {composerView, dialogView} from '../../src/player/view.js'
import {START_DIALOGS} from '../../src/words.js'

const IDLE = {busy: false, queued: 0, hint: null, label: 'developer'}
const SIZES = [
  {columns: 80, rows: 24},
  {columns: 200, rows: 50},
  {columns: 24, rows: 6},
]

describe('what the player draws', () => {
  for (const size of SIZES) {
    it(`fits into ${size.columns}x${size.rows}, and the driver reads it`, () => {
      fc.assert(
        fc.property(fc.string({unit: 'grapheme-composite', maxLength: 300}), fc.boolean(), (draft, busy) => {
          const clean = draft.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
          const {lines, cursor} = composerView({...IDLE, draft: clean, busy}, size)
          for (const line of lines) expect(displayWidth(line)).to.be.below(size.columns)
          expect(lines.length).to.be.at.most(size.rows)
          expect(cursor.row).to.be.below(lines.length)
          const reading = readScreen(lines.join('\n'))
          expect(reading.what).to.equal(busy ? 'busy' : 'composer')
        }),
      )
    })
  }

  it('shows a draft as it is, the first row of a long one, and the rest shortened', () => {
    const draft = Array.from({length: 40}, (_, index) => `line ${index}`).join('\n')
    const reading = readScreen(composerView({...IDLE, draft}, SIZES[0]!).lines.join('\n'))
    expect(reading).to.deep.equal({
      what: 'composer',
      draft: ['line 0', '… 33 rows …', ...[34, 35, 36, 37, 38, 39].map((n) => `line ${n}`)].join('\n'),
    })
    expect(readScreen(composerView({...IDLE, draft: 'one\n⏵ two'}, SIZES[0]!).lines.join('\n'))).to.include({draft: 'one\n⏵ two'})
  })

  it('leads through each start dialog, and refuses at the default', () => {
    for (const [name, words] of Object.entries(START_DIALOGS)) {
      expect(words.highlighted, name).to.not.equal(words.accepts)
      let highlighted = words.highlighted
      for (let presses = 0; ; presses++) {
        expect(presses, name).to.be.below(2)
        const reading = readScreen(['● log', ...dialogView({...words, highlighted}, SIZES[0]!).lines].join('\n'))
        if (reading.what !== 'dialog' || !reading.answer) throw new Error(`${name} is not read`)
        expect(reading.name).to.equal(name)
        if (reading.answer[0] === 'Enter') break
        for (const key of reading.answer) highlighted += key === 'Down' ? 1 : -1
      }
      expect(highlighted, name).to.equal(words.accepts)
    }
  })

  it('counts columns', () => {
    expect(['a', 'é', 'e\u0301', '世', '🙂', '👩‍👩‍👧', '한', 'ｱ', '\u200b'].map(displayWidth)).to.deep.equal([1, 1, 1, 2, 2, 2, 2, 1, 0])
    expect(wrap('ab世c\n', 3)).to.deep.equal(['ab', '世c', ''])
    expect(truncate('世界界', 4)).to.equal('世…')
  })
})
