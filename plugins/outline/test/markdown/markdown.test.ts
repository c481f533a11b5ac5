import {expect} from 'chai'
import fc from 'fast-check'
import {parseMarkdown} from '../../src/markdown/markdown.js'

describe('parseMarkdown', () => {
  const seen = (text: string) => parseMarkdown(text).map((block) => [block.kind, block.line, block.text])

  it('gives blocks with their lines', () => {
    expect(seen('# One\n\nTwo\n===\n\nText\nover two lines\n\n```sh\nx\n```\n| a | b |\n|---|---|\n| 1 | 2 |\n')).to.deep.equal([
      ['heading', 1, 'One'],
      ['heading', 3, 'Two'],
      ['paragraph', 6, 'Text\nover two lines'],
      ['code', 9, 'x'],
      ['table', 12, 'a | b\n1 | 2'],
    ])
  })

  it('knows depth, numbering and checkboxes of items', () => {
    const blocks = parseMarkdown('- [x] a\n  - [ ] b `c d`\n    1. e\n\n       more of e\n- f\n')
    expect(blocks).to.deep.equal([
      {kind: 'item', line: 1, text: 'a', depth: 0, ordered: false, checked: true, code: []},
      {kind: 'item', line: 2, text: 'b c d', depth: 1, ordered: false, checked: false, code: ['c d']},
      {kind: 'item', line: 3, text: 'e', depth: 2, ordered: true, checked: null, code: []},
      {kind: 'paragraph', line: 5, text: 'more of e', code: []},
      {kind: 'item', line: 6, text: 'f', depth: 0, ordered: false, checked: null, code: []},
    ])
  })

  it('reduces inline marks to their words', () => {
    const [block] = parseMarkdown('**a** _b_ [c](http://d) ![e](f) <b>g</b> Vec<String> &lt;h&gt; `$(i)` \\*j\\* ~~k~~')
    expect(block!.text).to.equal('a b c e g Vec<String> <h> $(i) *j* k')
  })

  it('keeps line numbers with any line ends, a byte order mark and front matter', () => {
    const text = '\uFEFF---\ntitle: X\n---\n\n# H\n\n- a\n- b\n'
    for (const ends of ['\n', '\r\n', '\r']) {
      expect(seen(text.replaceAll('\n', ends))).to.deep.equal([
        ['front-matter', 1, 'title: X'],
        ['heading', 5, 'H'],
        ['item', 7, 'a'],
        ['item', 8, 'b'],
      ])
    }
  })

  it('reads quotes, HTML and foreign list marks', () => {
    expect(seen('> # q\n> - i\n\n<!-- no -->\n<div>\nyes\n</div>\n\n• one\n• two\n\n一、三\n（2）四\n')).to.deep.equal([
      ['heading', 1, 'q'],
      ['item', 2, 'i'],
      ['paragraph', 6, 'yes'],
      ['item', 9, 'one'],
      ['item', 10, 'two'],
      ['item', 12, '三'],
      ['item', 13, '四'],
    ])
  })

  it('ends soon on hostile text, and never throws', () => {
    const hostile = ['*', '[', '`', '<', '>', '- ', '* + ', '|', '_a', '\n', '\t', '![', '#', '&', '\\']
    for (const part of hostile) expect(parseMarkdown(part.repeat(5000)), part).to.be.an('array')
    const deep = Array.from({length: 600}, (_, depth) => `${' '.repeat(depth * 2)}- x`).join('\n')
    expect(parseMarkdown(deep).length).to.be.greaterThan(0)
  })

  it('puts every block on the line its first word is on', () => {
    const piece = fc.constantFrom(
      '# W',
      '## W',
      '- W',
      '  - W',
      '    - W',
      '- [ ] W',
      '1. W',
      'W',
      'W  ',
      '> W',
      '> - W',
      '```\nW\n```',
      '',
      '    W',
      '| W | x |',
      '---',
      'W\n===',
    )
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 30}), (pieces) => {
        const text = pieces.map((each, index) => each.replaceAll('W', `w${index}w`)).join('\n')
        const lines = text.split('\n')
        for (const block of parseMarkdown(text)) {
          const [word] = /w\d+w/.exec(block.text) ?? []
          // A code block is where its fence is.
          const there = lines.slice(block.line - 1, block.line + (block.kind === 'code' ? 1 : 0)).join('\n')
          if (word && block.kind !== 'front-matter') expect(there, JSON.stringify({text, block})).to.contain(word)
        }
      }),
      {numRuns: 500},
    )
  })
})
