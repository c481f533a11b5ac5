import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {BUILT_IN, load, problemsOf} from '../support/sources.js'

const ROLES: Record<string, number> = {
  orchestrator: 20,
  'project-manager': 25,
  developer: 30,
  tester: 30,
  testrunner: 30,
  researcher: 25,
  'documentation-writer': 60,
  devops: 45,
  'code-reviewer': 40,
  logtracker: 15,
  sysadmin: 30,
  securityops: 30,
  networkops: 30,
  monitoringops: 20,
  databaseops: 30,
}

describe('the built-in templates', () => {
  it('are valid', async () => {
    expect(await problemsOf(BUILT_IN)).to.deep.equal([])
  })

  it('hold the fifteen roles with the original check-in intervals, each with a briefing of its own', async () => {
    const catalog = await load(BUILT_IN)
    expect(catalog.roleKeys()).to.have.members(Object.keys(ROLES))
    for (const [key, minutes] of Object.entries(ROLES)) {
      expect(catalog.role(key), key).to.include({key, checkInMinutes: minutes, briefing: key})
      expect(catalog.role(key).responsibilities, key).not.to.be.empty
    }
    expect(catalog.roleKeys().filter((key) => catalog.role(key).owes === 'nothing')).to.deep.equal(['orchestrator', 'project-manager'])
  })

  it('hold the original templates with inheritance', async () => {
    const catalog = await load(BUILT_IN)
    const roles = (name: string) => catalog.list().find((team) => team.name === name)!.roles
    expect(roles('base')).to.deep.equal(['orchestrator', 'project-manager'])
    expect(roles('code-project')).to.deep.equal(['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner'])
    expect(roles('system-deployment')).to.deep.equal(['orchestrator', 'project-manager', 'sysadmin', 'devops', 'securityops'])
    expect(roles('data-pipeline')).to.deep.equal(['orchestrator', 'project-manager', 'developer', 'databaseops', 'devops'])
    expect(roles('infrastructure-as-code')).to.deep.equal(['orchestrator', 'project-manager', 'devops', 'sysadmin', 'securityops'])
  })

  it('show a whole template, with what its bases add', async () => {
    const shown = (await load(BUILT_IN)).show('web_application')
    expect(shown).to.include({name: 'web-application', extends: 'code-project', coding: 'enforce'})
    expect(shown['authorizations']).to.deep.include({action: 'deploy to production', approver: 'project-manager', timeoutMinutes: 30})
    expect((shown['indicators'] as {match: string}[]).map(({match}) => match)).to.include.members(['vite.config.ts', 'package.json'])
  })

  it('say what is known when something is not', async () => {
    const catalog = await load(BUILT_IN)
    for (const ask of [() => catalog.role('poet'), () => catalog.show('poetry'), () => catalog.briefing('poet')]) {
      try {
        ask()
        expect.fail('nothing was thrown')
      } catch (error) {
        expect(hasCode(error, 'ORCH_NOT_FOUND') && error.details.known).to.be.an('array').that.is.not.empty
      }
    }
  })
})
