import {expect} from 'chai'
import {OutlinePlanner} from '../src/planner.js'

const planner = new OutlinePlanner()
const outline = (spec: string) =>
  planner.outline({spec, specPath: '/s.md', repository: '/r', branch: 'main', env: {}, settings: {}, onProgress: () => {}})

/** Texts on which a parser or a regular expression may go back and forth for ever. */
const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  'emphasis that never closes': (size) => '**a '.repeat(size),
  'brackets that never close': (size) => '['.repeat(size),
  'images in images': (size) => '![a]('.repeat(size),
  'links in links': (size) => '[a]('.repeat(size),
  'ticks of growing length': (size) => Array.from({length: Math.floor(Math.sqrt(size * 2))}, (_, at) => '`'.repeat(at + 1)).join(' '),
  'tags that never close': (size) => '<a '.repeat(size),
  'one line of one word': (size) => `- [ ] ${'x'.repeat(size * 20)}`,
  'a line of blanks': (size) => `- [ ] a${' '.repeat(size * 20)}b`,
  'quotes in quotes': (size) => `${'> '.repeat(size)}x`,
  'items in items': (size) => Array.from({length: Math.floor(Math.sqrt(size))}, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n'),
  'a table of bars': (size) => `${'|'.repeat(size)}\n${'|-'.repeat(size)}|`,
  'numbers, units and commands': (size) => 'Run `npm test` 5 h 3 days '.repeat(size),
  'criteria without end': (size) => `## Acceptance criteria\n\n${'- it must work: `npm test -- --a=1`\n'.repeat(size / 10)}`,
}
const SIZE = 10_000

describe('hostile Markdown', function () {
  this.timeout(60_000)

  for (const [what, make] of Object.entries(HOSTILE)) {
    it(`is planned in bounded time: ${what}`, async () => {
      const started = performance.now()
      expect((await outline(`# A thing\n\n${make(SIZE)}\n`)).title).to.be.a('string')
      // Many times what it takes; work that grows with the power of the size takes longer.
      expect(performance.now() - started).to.be.below(20_000)
    })
  }
})
