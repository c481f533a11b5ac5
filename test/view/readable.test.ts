import {expect} from 'chai'
import {readable} from '../../src/view/readable.js'

describe('readable', () => {
  it('shows fields and lists line by line, and nothing that is empty', () => {
    const text = readable({role: 'developer', tasks: ['a', 'b'], evidence: {source: 'hook', what: 'Stop'}, note: null, mcp: [], usage: {}})
    expect(text).to.equal('role: developer\ntasks:\n  - a\n  - b\nevidence:\n  source: hook\n  what: Stop')
  })
})
