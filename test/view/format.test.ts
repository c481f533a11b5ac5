import {expect} from 'chai'
import fc from 'fast-check'
import {duration, oneLine, paint, table} from '../../src/view/format.js'

const anything = fc.string({unit: 'binary'})

describe('text for a terminal', () => {
  it('on one line holds nothing that a terminal would act on', () => {
    fc.assert(
      fc.property(anything, fc.integer({min: 1, max: 50}), (text, max) => {
        const line = oneLine(text, max)
        expect(line).not.to.match(/\p{Cc}/u)
        expect(line.length).to.be.at.most(max)
      }),
    )
    expect(oneLine('a\u001b[31mb\r\n c\u009bd')).to.equal('ab c\\x9bd')
    expect(oneLine('abcdef', 4)).to.equal('abc…')
  })

  it('says times as people do', () => {
    expect([0, 1499, 59_499, 60_000, 3_599_000, 3_600_000, 7_500_000, -5].map(duration)).to.deep.equal([
      '0 s',
      '1 s',
      '59 s',
      '1 min',
      '59 min',
      '1 h 0 min',
      '2 h 5 min',
      '0 s',
    ])
  })

  it('aligns columns, and leaves no blanks at the ends', () => {
    expect(
      table([
        ['a', 'long', 'x'],
        ['bbb', 'c', ''],
        ['d', '', ''],
      ]),
    ).to.deep.equal(['a    long  x', 'bbb  c', 'd'])
    expect(table([])).to.deep.equal([])
  })

  it('has no colour where there is no terminal, or where nobody wants it', () => {
    const stream = (isTTY: boolean) => ({isTTY}) as NodeJS.WriteStream
    const before = process.env['NO_COLOR']
    try {
      delete process.env['NO_COLOR']
      expect(paint('red', 'x', stream(false))).to.equal('x')
      process.env['NO_COLOR'] = '1'
      expect(paint('red', 'x', stream(true))).to.equal('x')
    } finally {
      if (before === undefined) delete process.env['NO_COLOR']
      else process.env['NO_COLOR'] = before
    }
  })
})
