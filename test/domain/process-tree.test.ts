import {expect} from 'chai'
import {ProcessTree} from '../../src/domain/process-tree.js'

const row = (pid: number, parent: number, startedAt = '1') => ({pid, parent, startedAt})
const pids = (rows: readonly {pid: number}[]) => rows.map(({pid}) => pid)

describe('ProcessTree', () => {
  const tree = new ProcessTree([row(30, 20), row(20, 10), row(21, 10), row(10, 1), row(11, 1), row(1, 0)])

  it('gives a process with all it started, parents before their children', () => {
    expect(pids(tree.family(row(10, 1)))).to.deep.equal([10, 20, 21, 30])
    expect(pids(tree.family(row(30, 20)))).to.deep.equal([30])
  })

  it('knows no family of a process that is no more, though another has its pid', () => {
    expect(tree.family(row(10, 1, '2'))).to.deep.equal([])
    expect(tree.family(row(99, 1))).to.deep.equal([])
  })

  it('comes to an end where a process is its own parent', () => {
    expect(pids(new ProcessTree([row(7, 7), row(8, 7)]).family(row(7, 7)))).to.deep.equal([7, 8])
  })
})
