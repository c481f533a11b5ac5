import {expect} from 'chai'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {PLAN_SCHEMA} from '../../src/domain/plan-schema.js'
import {aPlan, aRole} from '../support/builders.js'

describe('PLAN_SCHEMA', () => {
  const problems = (plan: unknown) => new AjvValidator().check(PLAN_SCHEMA, plan).map(({path, message}) => `${path.join('.')} ${message}`)
  const withRole = (role: object) => ({...aPlan(), team: {...aPlan().team, roles: [{...aRole(), ...role}]}})

  it('takes a plan as planners make it, through a file too', () => {
    expect(problems(aPlan())).to.deep.equal([])
    expect(problems(JSON.parse(JSON.stringify(aPlan())))).to.deep.equal([])
  })

  it('takes who gets copies and who decides on what, and refuses more', () => {
    const entry = {action: 'deploy', approver: 'person', timeoutMinutes: 5}
    const hub = {role: 'orchestrator', copies: ['claim']}
    const withTeam = (changes: object) => problems({...aPlan(), team: {...aPlan().team, ...changes}})
    expect(withTeam({hub, authorizations: [entry, {...entry, default: 'deny'}]})).to.deep.equal([])
    expect(withTeam({authorizations: [{...entry, by: 'me'}]}).join()).to.include('by')
    expect(withTeam({authorizations: [{...entry, timeoutMinutes: 0}]})).to.have.length(1)
  })

  it('refuses a role whose key could be something else than a name', () => {
    for (const key of ['../up', '-f', 'Dev', 'a b', '', '$(x)', 'a/b']) expect(problems(withRole({key})), key).to.have.length.greaterThan(0)
  })

  it('refuses what is missing, unknown or of another schema', () => {
    const headless = Object.fromEntries(Object.entries(aPlan()).filter(([key]) => key !== 'outline'))
    expect(problems(headless).join()).to.include('outline')
    expect(problems({...aPlan(), surplus: 1}).join()).to.include('surplus')
    expect(problems({...aPlan(), schema: 2})).to.have.length(1)
    expect(problems({...aPlan(), team: {...aPlan().team, roles: []}})).to.have.length(1)
    expect(problems({...aPlan(), acceptance: [{command: 'x', origin: 'somewhere'}]}).join()).to.include('flag')
  })
})
