import {expect} from 'chai'
import {parseAmount, toRunRequest, type PlanFlagValues} from '../../src/view/run-flags.js'
import {refusal} from '../support/failure.js'

describe('toRunRequest', () => {
  const request = (flags: Partial<PlanFlagValues> = {}, env: NodeJS.ProcessEnv = {}, spec = 'spec.md') =>
    toRunRequest(spec, {size: 'auto', 'trust-project': false, ...flags}, '/code/here', env, {needsAgent: true})

  it('makes paths absolute from where the person is', () => {
    expect(request({project: '../repo', 'plan-file': 'plan.json'})).to.include({
      spec: '/code/here/spec.md',
      project: '/code/repo',
      planFile: '/code/here/plan.json',
    })
    expect(request({project: '/abs'}, {}, '/abs/spec.md')).to.include({spec: '/abs/spec.md', project: '/abs', planFile: null})
    expect(request()).to.include({project: null, name: null, deadlineAt: null, budgetUsd: null})
  })

  it('has a key of its own each time', () => {
    expect(request().key).not.to.equal(request().key)
  })

  it('reads roles as people write them', () => {
    expect(request({roles: ' Developer, project_manager,,QA-Engineer ', 'add-roles': 'devops'})).to.deep.include({
      roles: ['developer', 'project-manager', 'qa-engineer'],
      addRoles: ['devops'],
    })
    expect(request()).to.deep.include({roles: [], addRoles: []})
  })

  for (const [flag, text] of [
    ['roles', ''],
    ['roles', ' , '],
    ['add-roles', ','],
  ] as const) {
    it(`refuses --${flag} ${JSON.stringify(text)}: it would mean everybody`, async () => {
      expect((await refusal('ORCH_USAGE', () => request({[flag]: text}))).message).to.include(`--${flag}`)
    })
  }

  it('passes on as configuration only what was given', () => {
    expect(request().flags).to.deep.equal({})
    expect(request({agent: 'claude', 'max-agents': 3, accept: ['npm test', 'npm run lint'], setup: [], merge: 'none'}).flags).to.deep.equal(
      {
        agent: 'claude',
        maxAgents: 3,
        acceptance: ['npm test', 'npm run lint'],
        setup: [],
        merge: 'none',
      },
    )
  })

  it('passes on the environment without what is not set', () => {
    expect(request({}, {PATH: '/bin', EMPTY: '', GONE: undefined}).env).to.deep.equal({PATH: '/bin', EMPTY: ''})
  })
})

describe('parseAmount', () => {
  for (const [text, amount] of [
    ['5', 5],
    ['2.50', 2.5],
    [' $10 ', 10],
    ['0.01', 0.01],
  ] as const)
    it(`takes ${JSON.stringify(text)} for ${amount}`, () => expect(parseAmount(text, '--budget-usd')).to.equal(amount))

  // As JSON infinity is null, which means: no bound at all.
  for (const text of ['', '0', '0.00', '-5', '5€', '1e3', '5,50', '.5', '5.', 'Infinity', '9'.repeat(400), '$', '5 $'])
    it(`refuses ${JSON.stringify(text.slice(0, 20))}`, async () => {
      const error = await refusal('ORCH_USAGE', () => parseAmount(text, '--budget-usd'))
      expect(error.message).to.include('--budget-usd')
      expect(error.remedy).to.include('2.50')
    })
})
