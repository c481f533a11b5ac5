import {expect} from 'chai'
import {meantBy, ownAgent, projectOf} from '../../../src/rpc/methods/caller.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {asAgent, PERSON} from '../../support/callers.js'
import {aProject} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld} from '../../support/world.js'

const first = aProject({id: 'p_1', name: 'one'})
const second = aProject({id: 'p_2', name: 'two', createdAt: 9})

describe('who calls', () => {
  const rollCall = (...projects: (typeof first)[]) => new ProjectFinder(aWorld({projects}).store)

  it('is an agent where only an agent can say it', async () => {
    expect(ownAgent(asAgent('tester'))).to.include({agent: 'a_tester', role: 'tester', project: 'p_1'})
    expect((await refusal('ORCH_USAGE', () => ownAgent(PERSON))).remedy).to.include('inside an agent')
  })

  it('means the only project, or the one it names', async () => {
    expect(await projectOf(rollCall(first), PERSON, undefined)).to.equal(first)
    expect(await projectOf(rollCall(first, second), PERSON, 'two')).to.equal(second)
    const error = await refusal('ORCH_AMBIGUOUS', projectOf(rollCall(first, second), PERSON, undefined))
    expect(error.remedy).to.include('p_1 (one').and.include('p_2 (two')
    await refusal('ORCH_NOT_FOUND', projectOf(rollCall(first), PERSON, 'none'))
  })

  it('as an agent means its own project, and no other', async () => {
    const both = rollCall(first, second)
    expect(await projectOf(both, asAgent(), undefined)).to.equal(first)
    expect(await projectOf(both, asAgent(), 'one')).to.equal(first)
    const error = await refusal('ORCH_REFUSED', projectOf(both, asAgent(), 'two'))
    expect(error.message).to.include('p_2').and.include('p_1')
  })
})

describe('what an id means', () => {
  const meant = (name: string, ...ids: string[]) => meantBy(name, ids, (id) => id)

  for (const [name, wanted] of [
    ['q_abc', ['q_abc']],
    ['q_x', ['q_xyz']],
    ['xy', ['q_xyz']],
    ['q_', ['q_abc', 'q_abcd', 'q_xyz']],
    ['abc', ['q_abc', 'q_abcd']],
    ['bc', []],
    ['q_abcdef', []],
    // A variable of a shell that is not set.
    ['', []],
  ] as const) {
    it(`${JSON.stringify(name)} is ${wanted.join(', ') || 'nothing'}`, () => {
      expect(meant(name, 'q_abc', 'q_abcd', 'q_xyz')).to.deep.equal(wanted)
    })
  }
})
