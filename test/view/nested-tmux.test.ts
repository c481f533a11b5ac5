import {expect} from 'chai'
import {nestedAttach, shellLine} from '../../src/view/nested-tmux.js'

describe('nestedAttach', () => {
  const argv = ['tmux', '-L', 'orch', 'attach-session', '-t', '$1']

  it('says how to detach from inside a tmux of the person’s own, before and in the status line', () => {
    const nested = nestedAttach(argv, {TMUX: '/tmp/tmux-1000/default,1,0'})!
    expect(nested.hint).to.include('C-b C-b d')
    expect(nested.argv).to.deep.equal([...argv, ';', 'display-message', '-d', '15000', nested.hint])
  })

  it('has nothing to say outside of one', () => {
    expect(nestedAttach(argv, {})).to.equal(null)
    expect(nestedAttach(argv, {TMUX: ''})).to.equal(null)
  })
})

it('the command that attaches can be pasted into a shell', () => {
  expect(shellLine(['tmux', '-L', 'orch', 'attach-session', '-t', '$1:@2'])).to.equal("tmux -L orch attach-session -t '$1:@2'")
})
