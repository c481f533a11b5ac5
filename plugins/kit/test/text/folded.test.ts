import {expect} from 'chai'
import {folded} from '../../src/index.js'

describe('folded', () => {
  it('breaks lines at blanks, and keeps their indentation', () => {
    expect(folded('Error: one two three\n  four five six\n', 12)).to.equal('Error: one\ntwo three\n  four five\n  six\n')
  })

  it('leaves a long word whole, and everything where there is no terminal', () => {
    expect(folded('see /a/very/long/path', 8)).to.equal('see\n/a/very/long/path')
    expect(folded('one two three', undefined)).to.equal('one two three')
  })
})
