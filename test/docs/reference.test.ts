import {expect} from 'chai'
import {committedPage, generatedPages} from '../../scripts/docs/index.js'
import {commentsOfList, membersOf} from '../../scripts/docs/source-comments.js'

describe('docs/reference', function () {
  this.timeout(60_000)
  let pages: ReadonlyMap<string, string>
  before(async () => {
    pages = await generatedPages()
  })

  for (const page of ['commands', 'configuration', 'events', 'states']) {
    it(`says of ${page} what the code says; otherwise run npm run docs`, () => {
      const path = `docs/reference/${page}.md`
      expect(committedPage(path)).to.equal(pages.get(path))
    })
  }

  it('has a section for each command, a row for each key, event and state', () => {
    const page = (name: string) => pages.get(`docs/reference/${name}.md`)!
    expect(page('commands')).to.include('\n## orch checkin add\n').and.include('\n## orch port status\n').and.not.include('daemon try')
    expect(page('configuration')).to.match(/^\| `oauth\.killFloorMs` +\| integer ≥ 30000/m)
    expect(page('events')).to.match(/^\| `beforeMerge` +\| guard +\| 30 /m)
    expect(page('states')).to.match(/^\| `quarantined` +\| Crashed again and again/m)
  })

  it('refuses a state or an event without a comment, which would have no meaning on the page', () => {
    expect(() => commentsOfList('src/domain/project-states.ts', 'FINISHED')).to.throw(
      "'completed' of FINISHED in src/domain/project-states.ts",
    )
    expect(() => membersOf('scripts/docs/source-comments.ts', 'Nothing')).to.throw('no interface Nothing')
  })
})
