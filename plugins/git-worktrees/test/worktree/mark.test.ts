import {expect} from 'chai'
import {type Mark, sameWorktree, toMark, toReason} from '../../src/worktree/mark.js'

const MARKS: Mark[] = [
  {kind: 'making', branch: 'orch/p_1/dev'},
  {kind: 'ready', branch: 'orch/p_1/dev'},
  {kind: 'removing', branch: 'orch/p_1/dev'},
  {kind: 'scratch', path: '/a b/scratch'},
  {kind: 'removing-scratch', path: '/a b/scratch'},
]

describe('marks of worktree entries', () => {
  it('come back from the reason of the lock', () => {
    expect(MARKS.map((mark) => toMark(toReason(mark)))).to.deep.equal(MARKS)
  })

  it('are not seen in the reason of another', () => {
    for (const reason of [null, '', 'on a portable device', 'orch', 'orchard: making x']) expect(toMark(reason)).to.equal(null)
  })

  it('belong to one worktree whatever its stage', () => {
    expect(sameWorktree(MARKS[0]!, MARKS[2]!)).to.equal(true)
    expect(sameWorktree(MARKS[3]!, MARKS[4]!)).to.equal(true)
    expect(sameWorktree(MARKS[0]!, MARKS[3]!)).to.equal(false)
    expect(sameWorktree(MARKS[0]!, {kind: 'ready', branch: 'orch/p_2/dev'})).to.equal(false)
  })
})
