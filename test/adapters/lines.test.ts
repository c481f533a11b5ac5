import {expect} from 'chai'
import {linesOf} from '../../src/adapters/lines.js'

describe('linesOf', () => {
  const read = async (...chunks: Buffer[]) => {
    const lines: {text: string; bytes: number}[] = []
    for await (const line of linesOf(
      (async function* () {
        yield* chunks
      })(),
    ))
      lines.push(line)
    return lines
  }

  it('splits at newlines only, wherever the chunks were cut', async () => {
    const whole = Buffer.from('ä\u2028b\n\r\n\nc\u2029漢字\n')
    const wanted = [
      {text: 'ä\u2028b', bytes: 7},
      {text: '\r', bytes: 2},
      {text: '', bytes: 1},
      {text: 'c\u2029漢字', bytes: 11},
    ]
    expect(await read(whole)).to.deep.equal(wanted)
    expect(await read(...Array.from(whole, (byte) => Buffer.from([byte])))).to.deep.equal(wanted)
  })

  it('leaves half a line at the end', async () => {
    expect(await read(Buffer.from('a\nb'))).to.deep.equal([{text: 'a', bytes: 2}])
  })
})
