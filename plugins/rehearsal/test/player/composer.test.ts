import {expect} from 'chai'
import {Composer} from '../../src/player/composer.js'
import type {Key} from '../../src/player/key-decoder.js'

const text = (value: string): Key => ({key: 'text', text: value})
const press = (composer: Composer, ...keys: Key[]) => keys.map((key) => composer.press(key)).at(-1)

describe('Composer', () => {
  it('submits what was typed and pasted, line ends kept, and is empty after it', () => {
    const composer = new Composer()
    const action = press(composer, text('see: '), {key: 'paste', text: 'one\ntwo\n'}, {key: 'newline'}, text('end '), {key: 'enter'})
    expect(action).to.deep.equal({action: 'submit', text: 'see: one\ntwo\n\nend'})
    expect(composer.draft).to.equal('')
  })

  it('does nothing with a blank draft', () => {
    expect(press(new Composer(), text('  '), {key: 'newline'}, {key: 'enter'})).to.equal(null)
  })

  it('takes characters back as a person counts them', () => {
    const composer = new Composer()
    press(composer, text('a👩‍👩‍👧e\u0301'), {key: 'backspace'}, {key: 'backspace'})
    expect(composer.draft).to.equal('a')
    press(composer, {key: 'backspace'}, {key: 'backspace'})
    expect(composer.draft).to.equal('')
  })

  it('empties on Ctrl-U and Ctrl-C, leaves on Ctrl-C and on Ctrl-D when empty, ignores arrows', () => {
    const composer = new Composer()
    expect(press(composer, text('x'), {key: 'ctrl-d'}, {key: 'up'}, {key: 'down'})).to.equal(null)
    expect(composer.draft).to.equal('x')
    press(composer, {key: 'clear-line'})
    expect(composer.draft).to.equal('')
    expect(press(composer, {key: 'ctrl-d'})).to.deep.equal({action: 'leave'})
    expect(press(composer, text('y'), {key: 'ctrl-c'})).to.deep.equal({action: 'leave'})
    expect(composer.draft).to.equal('')
    expect(press(composer, {key: 'escape'})).to.deep.equal({action: 'interrupt'})
  })

  it('swallows the first Enters that had something to submit', () => {
    const composer = new Composer(2)
    press(composer, {key: 'enter'}, text('x'))
    expect([1, 2, 3].map(() => composer.press({key: 'enter'}))).to.deep.equal([null, null, {action: 'submit', text: 'x'}])
  })
})
