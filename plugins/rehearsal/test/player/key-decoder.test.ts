import {expect} from 'chai'
import fc from 'fast-check'
import {KeyDecoder, type Key} from '../../src/player/key-decoder.js'

const ESC = '\x1b'

/** Decodes bytes handed over in pieces cut at these places. */
function decode(text: string, cuts: readonly number[] = []): Key[] {
  const decoder = new KeyDecoder()
  const bytes = Buffer.from(text)
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  const keys = edges.slice(1).flatMap((end, index) => decoder.push(bytes.subarray(edges[index], end)))
  return [...keys, ...decoder.flush()]
}

/** Neighbouring texts joined: where a text was cut does not matter. */
function joined(keys: readonly Key[]): Key[] {
  return keys.reduce<Key[]>((before, key) => {
    const last = before.at(-1)
    if (key.key === 'text' && last?.key === 'text') return [...before.slice(0, -1), {key: 'text', text: last.text + key.text}]
    return [...before, key]
  }, [])
}

describe('KeyDecoder', () => {
  it('knows the keys of the composer', () => {
    const keys = decode(`a\r\n\x7f\b\x15\x03\x04${ESC}[A${ESC}OB${ESC}\r`)
    expect(keys.map(({key}) => key)).to.deep.equal([
      ...['text', 'enter', 'newline', 'backspace', 'backspace', 'clear-line', 'ctrl-c', 'ctrl-d', 'up', 'down', 'newline'],
    ])
  })

  it('ignores sequences and controls it has no use for', () => {
    expect(decode(`${ESC}[1;5C${ESC}[3~${ESC}[<0;1;1M\x00\x01\tx\u009b`)).to.deep.equal([{key: 'text', text: 'x'}])
  })

  it('keeps a paste whole, with its line ends, whatever is in it', () => {
    const pasted = decode(`${ESC}[200~one\rtwo\r\n\tthree ${ESC}[A\x03世界${ESC}[201~\r`)
    expect(pasted).to.deep.equal([{key: 'paste', text: 'one\ntwo\n\tthree [A世界'}, {key: 'enter'}])
  })

  it('waits for the rest of a sequence, and takes a lone ESC as Escape only when told', () => {
    const decoder = new KeyDecoder()
    expect(decoder.push(Buffer.from(ESC))).to.deep.equal([])
    expect(decoder.pending).to.equal(true)
    expect(decoder.push(Buffer.from('[A'))).to.deep.equal([{key: 'up'}])
    expect(decoder.push(Buffer.from(ESC))).to.deep.equal([])
    expect(decoder.flush()).to.deep.equal([{key: 'escape'}])
    expect(decoder.pending).to.equal(false)
  })

  it('takes an Escape before another key', () => {
    expect(decode(`${ESC}x`)).to.deep.equal([{key: 'escape'}, {key: 'text', text: 'x'}])
  })

  it('does not care where the bytes are cut', () => {
    const input = `ab世🙂${ESC}[A${ESC}[200~p1\rp2 ${ESC}[20 é${ESC}[201~\r${ESC}OB\x7fz`
    const whole = joined(decode(input))
    fc.assert(
      fc.property(fc.array(fc.nat(Buffer.byteLength(input))), (cuts) => {
        expect(joined(decode(input, cuts))).to.deep.equal(whole)
      }),
    )
  })

  it('gives back any text that was pasted', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.array(fc.nat(40)), (text, cuts) => {
        const tidy = text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
        const bytes = `${ESC}[200~${tidy.replaceAll('\n', '\r')}${ESC}[201~`
        const within = cuts.filter((cut) => cut <= Buffer.byteLength(bytes))
        expect(decode(bytes, within)).to.deep.equal([{key: 'paste', text: tidy}])
      }),
    )
  })
})
