import {PassThrough} from 'node:stream'
import {expect} from 'chai'
import {LiveBlock} from '../../src/view/live-block.js'

describe('LiveBlock', () => {
  /** What stands on a terminal that got these bytes: the few sequences that are used, and text. */
  function screen(bytes: string): string[] {
    const rows: string[] = ['']
    let row = 0
    let column = 0
    for (const [token, count = '1', command] of bytes.matchAll(/\u001b\[\??(\d*)([A-Za-z])|\n|[^\u001b\n]+/g)) {
      if (token === '\n') [row, column] = [row + 1, 0]
      else if (command === undefined) {
        rows[row] = (rows[row] ?? '').slice(0, column).padEnd(column) + token + (rows[row] ?? '').slice(column + token.length)
        column += token.length
      } else if (command === 'A') row -= Number(count || 1)
      else if (command === 'B') row += Number(count || 1)
      else if (command === 'G') column = Number(count || 1) - 1
      else if (command === 'K') rows[row] = count === '2' ? '' : (rows[row] ?? '').slice(0, column)
    }
    return rows.map((text) => (text ?? '').trimEnd()).filter(Boolean)
  }

  const draw = (...frames: string[][]): string[] => drawOn(40, ...frames)

  function drawOn(rows: number, ...frames: string[][]): string[] {
    const stream = Object.assign(new PassThrough(), {isTTY: true, columns: 80, rows}) as unknown as NodeJS.WriteStream
    const block = new LiveBlock(stream)
    for (const frame of frames) block.draw(frame.join('\n'))
    block.done()
    return screen(String((stream as unknown as PassThrough).read()))
  }

  it('shows what was drawn last, when lines change, come in between, or go', () => {
    for (const frames of [
      [['a', 'b', 'c']],
      [
        ['a', 'b', 'c'],
        ['a', 'B', 'c'],
      ],
      [
        ['a', 'c'],
        ['a', 'b', 'c'],
      ],
      [
        ['a', 'b', 'c', 'd'],
        ['a', 'd'],
      ],
      [['a'], ['a', 'b'], ['b'], ['x', 'a', 'b', 'y']],
    ])
      expect(draw(...frames)).to.deep.equal(frames.at(-1))
  })

  it('shows the beginning of what does not fit on the screen, and never scrolls', () => {
    const long = Array.from({length: 30}, (_, index) => `line ${index}`)
    expect(drawOn(10, long, ['needs you', ...long])).to.deep.equal(['needs you', ...long.slice(0, 7), '… 23 more lines'])
    expect(drawOn(10, ['word '.repeat(100).trim()])).to.have.length.below(10)
  })
})
