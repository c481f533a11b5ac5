import {expect} from 'chai'
import fc from 'fast-check'
import {mergeOrder, moveMerge} from '../../src/domain/merge.js'
import {aMerge} from '../support/builders.js'

const member = (role: string, ...mergeAfter: string[]) => ({role, mergeAfter})
const roles = (members: readonly {role: string}[]) => members.map(({role}) => role)

/** Teams of up to eight roles, each after any others and after some that are not there. */
const team = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {maxLength: 8})
  .chain((names) =>
    fc.tuple(
      ...names.map((role) =>
        fc.uniqueArray(fc.constantFrom(...names, 'ghost', 'spectre'), {maxLength: 4}).map((mergeAfter) => ({role, mergeAfter})),
      ),
    ),
  )

describe('mergeOrder', () => {
  it('puts each after those it names, else as the team lists them', () => {
    const order = mergeOrder([member('docs', 'developer', 'tester'), member('tester', 'developer'), member('developer'), member('ops')])
    expect(roles(order)).to.deep.equal(['developer', 'tester', 'docs', 'ops'])
  })

  it('passes over names that are not on the team', () => {
    expect(roles(mergeOrder([member('a', 'nobody'), member('b')]))).to.deep.equal(['a', 'b'])
  })

  it('cuts a cycle where it closes', () => {
    expect(roles(mergeOrder([member('a', 'b'), member('b', 'a')]))).to.deep.equal(['b', 'a'])
    expect(roles(mergeOrder([member('a', 'a')]))).to.deep.equal(['a'])
  })

  it('loses nobody, repeats nobody, and gives the same order every time', () => {
    fc.assert(
      fc.property(team, (members) => {
        const order = mergeOrder(members)
        expect([...order].sort((x, y) => x.role.localeCompare(y.role))).to.deep.equal(
          [...members].sort((x, y) => x.role.localeCompare(y.role)),
        )
        expect(mergeOrder(members)).to.deep.equal(order)
      }),
    )
  })

  it('keeps every wish when there is no cycle', () => {
    // Only earlier names are wished for, so no cycle can close.
    const acyclic = team.map((members) => {
      const names = roles(members)
      return members.map(({role, mergeAfter}) => member(role, ...mergeAfter.filter((name) => names.indexOf(name) < names.indexOf(role))))
    })
    fc.assert(
      fc.property(acyclic, (members) => {
        const shuffled = [...members].reverse()
        const order = roles(mergeOrder(shuffled))
        for (const {role, mergeAfter} of members)
          for (const name of mergeAfter.filter((wish) => order.includes(wish)))
            expect(order.indexOf(name), `${name} before ${role}`).to.be.lessThan(order.indexOf(role))
      }),
    )
  })
})

describe('moveMerge', () => {
  it('tells branch, commits and reason', () => {
    const {events} = moveMerge(aMerge({state: 'checking', head: 'h'}), 'conflicted', {files: ['f'], reason: 'both wrote it'})
    expect(events).to.deep.equal([
      {
        type: 'merge.state',
        agent: 'a_developer',
        data: {from: 'checking', to: 'conflicted', branch: 'orch/demo/developer', head: 'h', sha: null, reason: 'both wrote it'},
      },
    ])
  })
})
