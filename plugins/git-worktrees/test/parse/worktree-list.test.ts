import {expect} from 'chai'
import {parseWorktreeList} from '../../src/parse/worktree-list.js'

const SHA = '9abcc0bc42b6405364f227f3805457419663d605'
const RECORDS = [
  ['worktree /repo', 'bare'],
  ['worktree /w t/é', `HEAD ${SHA}`, 'branch refs/heads/orch/x', 'locked orch: worktree of orch/x'],
  ['worktree /d', `HEAD ${SHA}`, 'detached', 'locked', 'prunable gitdir file points to non-existent location'],
  ['worktree /u', `HEAD ${'0'.repeat(40)}`, 'branch refs/heads/unborn'],
]
const ENTRIES = [
  {path: '/repo', head: null, branch: null, bare: true, locked: null},
  {path: '/w t/é', head: SHA, branch: 'refs/heads/orch/x', bare: false, locked: 'orch: worktree of orch/x'},
  {path: '/d', head: SHA, branch: null, bare: false, locked: ''},
  {path: '/u', head: null, branch: 'refs/heads/unborn', bare: false, locked: null},
]

describe('parseWorktreeList', () => {
  for (const [name, separator] of [
    ['lines', '\n'],
    ['NUL', '\0'],
  ] as const) {
    it(`reads all kinds of entries, ended by ${name}`, () => {
      const output = RECORDS.map((lines) => lines.map((line) => line + separator).join('') + separator).join('')
      expect(parseWorktreeList(output, separator)).to.deep.equal(ENTRIES)
    })
  }

  it('keeps a line break of a path with NUL', () => {
    expect(parseWorktreeList('worktree /a\n\nb\0bare\0\0', '\0')).to.deep.equal([{...ENTRIES[0], path: '/a\n\nb'}])
  })

  it('reads nothing from nothing', () => {
    expect(parseWorktreeList('', '\0')).to.deep.equal([])
  })
})
