import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {PlanFiles} from '../../../src/services/planning/plan-files.js'
import {aPlan, aRole} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {MemoryFiles} from '../../support/memory-files.js'

describe('PlanFiles', () => {
  let files: MemoryFiles
  let plans: PlanFiles

  beforeEach(() => {
    files = new MemoryFiles()
    plans = new PlanFiles({files, schemas: new AjvValidator(), folder: '/state/plans'})
  })

  it('keep a plan as it is, the same one under the same name and another beside it', async () => {
    const path = await plans.save(aPlan())
    expect(path).to.match(/^\/state\/plans\/[0-9a-f]{16}\.json$/)
    expect(await plans.read(path)).to.deep.equal(aPlan())
    expect(await plans.save(aPlan())).to.equal(path)
    expect(await plans.save(aPlan({planner: 'a person'}))).not.to.equal(path)
  })

  it('know a plan that orch made from one that says so of itself', async () => {
    const plan = aPlan({acceptance: [{command: 'touch pwn', origin: 'flag'}], setup: [{command: 'npm ci', origin: 'user-config'}]})
    files.put('/repository/plan.json', JSON.stringify(plan))
    const read = await plans.read('/repository/plan.json')
    expect([...read.acceptance, ...read.setup].map(({origin}) => origin)).to.deep.equal(['plan-file', 'plan-file'])
    const known = new Map([['npm ci', 'user-config' as const]])
    expect((await plans.read('/repository/plan.json', known)).setup).to.deep.equal([{command: 'npm ci', origin: 'user-config'}])
    await plans.save(plan)
    expect(await plans.read('/repository/plan.json')).to.deep.equal(plan)
  })

  for (const [what, text] of [
    ['is not there', null],
    ['is no JSON', '{'],
    ['is no plan', '{"schema": 1}'],
    ['has a role that could be a path', JSON.stringify(aPlan({team: {...aPlan().team, roles: [aRole({key: '../x'})]}}))],
  ] as const) {
    it(`refuse one that ${what}, and name its file`, async () => {
      if (text !== null) files.put('/plan.json', text)
      expect((await refusal('ORCH_PLAN_INVALID', plans.read('/plan.json'))).message).to.include('/plan.json')
    })
  }
})
