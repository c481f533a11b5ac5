import {expect} from 'chai'
import {readScreen} from '../../src/driver/read-screen.js'
import {standsForFolded} from '../../src/driver/folded-draft.js'
import {composerView} from '../../src/player/view.js'

const SIZE = {columns: 60, rows: 24}
const LINES = Array.from({length: 25}, (_, index) => `line ${index} of a text`)
const TEXT = `[orch m_1 from tester] ${LINES.join('\n')}`

/** The draft as it is read off the screen of a composer that holds a text. */
function draftOf(text: string): string {
  const {lines} = composerView({draft: text, busy: false, queued: 0, label: 'developer', hint: null}, SIZE)
  const reading = readScreen(lines.join('\n'))
  return 'draft' in reading ? reading.draft! : ''
}

describe('standsForFolded', () => {
  it('knows a long text by what the composer shows of it', () => {
    expect(draftOf(TEXT)).to.include('rows …')
    expect(standsForFolded(draftOf(TEXT), TEXT)).to.equal(true)
  })

  for (const [what, draft] of [
    ['another message', draftOf(TEXT.replace('m_1', 'm_2'))],
    ['a text that somebody wrote on', draftOf(`${TEXT} and me`)],
    ['a short text', 'line 0 of a text'],
  ] as const)
    it(`does not take ${what} for it`, () => expect(standsForFolded(draft, TEXT)).to.equal(false))
})
