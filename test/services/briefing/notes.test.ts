import {expect} from 'chai'
import {notesSection} from '../../../src/services/briefing/notes.js'

describe('notesSection', () => {
  const bodyOf = (notes: string) => notesSection(notes, '/a/notes.md').value[0]!.body

  it('says whose notes they are and where, and holds them', () => {
    expect(bodyOf('half is done')).to.include('/a/notes.md').and.to.include('half is done').and.not.to.include('The rest')
  })

  it('leaves the end of long ones in their file', () => {
    const body = bodyOf('n'.repeat(20_000))
    expect(body.length).to.be.within(8_000, 8_300)
    expect(body).to.match(/The rest is in \/a\/notes\.md\.$/)
  })
})
