import {expect} from 'chai'
import {presetTerms} from '../../src/domain/authorization.js'
import {aProject, anAgent, someOptions} from '../support/builders.js'
import {refusal} from '../support/failure.js'

const authorizations = [
  {action: 'deploy to production', approver: 'project-manager', timeoutMinutes: 30},
  {action: 'publish a build', approver: 'person', timeoutMinutes: 5, default: 'deny'},
  {action: 'alter a schema', approver: 'databaseops', timeoutMinutes: 0.5},
]
const project = aProject({
  agents: [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'project-manager'})],
  options: someOptions({authorizations}),
})

describe('an action the team template lists', () => {
  it('presets approver, time and default', () => {
    expect(presetTerms(project, ' Deploy to  production', 'a_developer')).to.deep.equal({
      approver: 'a_projectmanager',
      timeoutMs: 1_800_000,
      fallback: null,
    })
    expect(presetTerms(project, 'publish a build', 'a_developer')).to.deep.equal({approver: 'person', timeoutMs: 300_000, fallback: 'deny'})
  })

  it('is never decided by who asks, nor by a role that is not there: the orchestrator does, else a person', () => {
    expect(presetTerms(project, 'deploy to production', 'a_projectmanager').approver).to.equal('a_orchestrator')
    expect(presetTerms(project, 'alter a schema', 'a_developer')).to.include({approver: 'a_orchestrator', timeoutMs: 30_000})
    expect(presetTerms(project, 'alter a schema', 'a_orchestrator').approver).to.equal('person')
  })

  it('is named as it is listed; the others are told', async () => {
    const ask = async (from = project) => presetTerms(from, 'deploy', 'a_developer')
    expect((await refusal('ORCH_NOT_FOUND', ask())).message).to.include('deploy')
    await refusal('ORCH_NOT_FOUND', ask(aProject()))
  })
})
