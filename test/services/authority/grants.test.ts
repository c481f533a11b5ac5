import {expect} from 'chai'
import type {Actor, Grant} from '@orch/plugin-kit'
import {BY_PERSON} from '../../../src/domain/actor.js'
import {grantsLeftOut, withGrants} from '../../../src/services/authority/grants.js'
import {aPlan, aProject, aRole, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('the grants of a plan', () => {
  const children = {most: 1, budgetPercent: 50}
  const {team} = aPlan()
  const roles = [aRole({key: 'developer', grants: ['start-projects', 'stop-agents'], childProjects: children}), aRole({key: 'tester'})]
  const plan = aPlan({team: {...team, roles}})
  const {store} = aWorld({
    projects: [aProject({agents: [anAgent({grants: ['start-projects', 'stop-agents']}), anAgent({role: 'tester'})]})],
  })
  const granted = (approval: 'person' | 'flag', trusted: boolean, by: Actor = BY_PERSON): readonly Grant[] =>
    withGrants(plan, approval, trusted, by, store).team.roles[0]!.grants ?? []
  const agent = (role: string): Actor => ({kind: 'agent', project: 'p_1', agent: `a_${role}`, role})

  it('count when a person read the plan, or the repository is trusted', () => {
    expect(withGrants(plan, 'person', false, BY_PERSON, store)).to.deep.equal(plan)
    expect(withGrants(plan, 'flag', true, BY_PERSON, store)).to.deep.equal(plan)
  })

  it('do not count with --yes alone, and are named', () => {
    const kept = withGrants(plan, 'flag', false, BY_PERSON, store)
    expect(kept.team.roles[0]).not.to.have.any.keys('grants', 'childProjects')
    expect(grantsLeftOut(plan, kept)).to.deep.equal([{role: 'developer', grants: ['start-projects', 'stop-agents']}])
  })

  it('are no more than those of the agent that starts the project, and never the grant to start more', () => {
    expect(granted('flag', true, agent('developer'))).to.deep.equal(['stop-agents'])
    expect(granted('flag', true, agent('tester'))).to.deep.equal([])
    expect(granted('flag', false, agent('developer'))).to.deep.equal([])
  })
})
