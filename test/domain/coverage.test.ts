import {expect} from 'chai'
import {coverageOf} from '../../src/domain/coverage.js'
import {aClaim, aPlan, aProject, aRole, anAgent, anOutline} from '../support/builders.js'

const CRITERIA = ['Tests pass with `node --test`', 'README shows two examples', 'It is fast']
const TASKS = ['t1', 't2'].map((id) => ({id, title: `Do ${id}`, done: false, line: null}))
const plan = {
  ...aPlan({outline: anOutline({criteria: CRITERIA, phases: [{name: 'Build', hours: 1, tasks: TASKS}]})}),
  team: {...aPlan().team, roles: [aRole({tasks: ['t1']}), aRole({key: 'tester', tasks: ['t2']})]},
}
const evidence = (exitCode: number) => [{command: 'node --test', exitCode, tookMs: 1, output: '', afterRole: null}]

describe('coverageOf', () => {
  const agents = [
    anAgent({claim: aClaim({verdict: 'holds', message: 'the readme shows examples, two of them'})}),
    anAgent({role: 'tester', claim: aClaim({verdict: 'rejected', message: 'it is fast'})}),
  ]
  const cover = (exitCode = 0) =>
    coverageOf(plan, aProject({agents, verification: {verified: true, evidence: evidence(exitCode), candidate: 'c'}}))

  it('says what speaks for each criterion: a command, a word, or nothing', () => {
    expect(cover().criteria.map(({by, what}) => [by, what])).to.deep.equal([
      ['command', 'node --test'],
      ['claim', 'developer'],
      ['nothing', null],
    ])
  })

  it('lets no command speak that failed', () => expect(cover(1).criteria[0]).to.include({by: 'nothing'}))

  it('lets a claim that holds speak for the tasks of its role alone', () => {
    expect(cover().tasks.map(({id, roles, by, what}) => [id, roles, by, what])).to.deep.equal([
      ['t1', ['developer'], 'claim', 'developer'],
      ['t2', ['tester'], 'nothing', null],
    ])
  })

  it('takes no command for another whose name it begins', () => {
    const named = {...plan, outline: anOutline({criteria: ['`npm run test:all` passes']})}
    const verification = {verified: true, evidence: [{...evidence(0)[0]!, command: 'npm run test'}], candidate: 'c'}
    expect(coverageOf(named, aProject({verification})).criteria[0]).to.include({by: 'nothing'})
  })
})
