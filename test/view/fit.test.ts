import {expect} from 'chai'
import fc from 'fast-check'
import {columnsOf, cut, firstLines, fitted, widthOf, wrap} from '../../src/view/fit.js'
import {table} from '../../src/view/format.js'

const words = fc.array(fc.string({unit: fc.constantFrom('a', 'é', '架', 'e\u0301', '🙂', '-'), minLength: 1, maxLength: 9}), {
  maxLength: 30,
})

describe('text that fits a terminal', () => {
  it('is measured as the terminal shows it', () => {
    expect(['abc', '架構師', 'e\u0301', '\u001b[1;33mx\u001b[39m', ''].map(widthOf)).to.deep.equal([3, 6, 1, 1, 0])
  })

  it('has no bound in a pipe', () => {
    expect(columnsOf({isTTY: false, columns: 80})).to.equal(Infinity)
    expect(columnsOf({isTTY: true, columns: 80})).to.equal(80)
    // A terminal that does not know its size says 0.
    expect(columnsOf({isTTY: true, columns: 0})).to.equal(Infinity)
  })

  it('is cut with a mark, and its colour ends', () => {
    expect(cut('abcdef', 4)).to.equal('abc…')
    expect(cut('架構師', 4)).to.equal('架…')
    expect(cut('\u001b[31mabcdef\u001b[39m', 4)).to.equal('\u001b[31mabc…\u001b[39m')
    fc.assert(fc.property(words, fc.integer({min: 1, max: 60}), (list, columns) => widthOf(cut(list.join(' '), columns)) <= columns))
  })

  it('is broken at blanks, loses no word, and breaks none', () => {
    fc.assert(
      fc.property(words, fc.integer({min: 12, max: 80}), (list, columns) => {
        const lines = wrap(list.join(' '), columns, 2)
        for (const line of lines) if (line.trim().includes(' ')) expect(widthOf(line)).to.be.at.most(columns)
        expect(lines.join(' ').split(/ +/).filter(Boolean)).to.deep.equal(list)
      }),
    )
    expect(wrap('  run orch/p_1/integration now', 16, 4)).to.deep.equal(['  run', '    orch/p_1/integration', '    now'])
  })

  it('keeps the beginning of what is taller than the screen', () => {
    expect(firstLines(['a', 'b', 'c'], 3)).to.deep.equal(['a', 'b', 'c'])
    expect(firstLines(['a', 'b', 'c', 'd'], 3)).to.deep.equal(['a', 'b', '… 2 more lines'])
  })

  it('continues a line under its own beginning', () => {
    expect(fitted(['    one two three'], 11)).to.deep.equal(['    one two', '      three'])
  })

  for (const columns of [40, 80, 100, 120, 200]) {
    it(`is a table of ${columns} columns, whose last cells are whole`, () => {
      const rows = [
        [
          '  orchestrator',
          'working',
          'hook: PostToolUse Bash npm run test:integration --watch',
          '12 s',
          'claim holds, 3 unread, reports parser: half done',
        ],
        ['  架構師', 'waiting-port', 'screen: dialog', '2 h 5 min', ''],
      ]
      const lines = table(rows, columns)
      for (const line of lines) expect(widthOf(line)).to.be.at.most(columns)
      expect(lines.join(' ').replace(/ +/g, ' ')).to.include('claim holds, 3 unread, reports parser: half done')
      if (columns >= 80) expect(lines[0]).to.match(/^ {2}orchestrator {2}working/)
    })
  }
})
