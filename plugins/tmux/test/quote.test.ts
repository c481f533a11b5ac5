import {expect} from 'chai'
import {block, commandLine, quote, sequence} from '../src/quote.js'

describe('quote', () => {
  for (const [word, quoted] of [
    ['', '""'],
    ['plain', '"plain"'],
    ['two words', '"two words"'],
    [`it's "so"`, `"it's \\"so\\""`],
    ['$HOME ${x}', '"\\$HOME \\${x}"'],
    ['a;b ;', '"a;b ;"'],
    ['#{pane_id} #(x) # y', '"#{pane_id} #(x) # y"'],
    ['~/x', '"\\~/x"'],
    ['back\\slash\\n', '"back\\\\slash\\\\n"'],
    ['one\n  two\ttab', '"one\\n  two\\ttab"'],
    ['esc\u001b cr\r nul\u0000 del\u007f', '"esc\\033 cr\\015 nul\\000 del\\177"'],
    ['é 日本 🎉', '"é 日本 🎉"'],
    ['-t', '"-t"'],
    ['{ } %begin', '"{ } %begin"'],
  ] as const) {
    it(`writes ${JSON.stringify(word)}`, () => expect(quote(word)).to.equal(quoted))
  }

  it('makes a line of words, a sequence of lines, and a block', () => {
    const line = commandLine('send-keys', '-t', '%1', ';')
    expect(line).to.equal('"send-keys" "-t" "%1" ";"')
    expect(sequence(line, commandLine('x'))).to.equal(`${line} ; "x"`)
    expect(block(line)).to.equal(`{ ${line} }`)
  })
})
