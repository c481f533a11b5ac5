import {expect} from 'chai'
import {ChildProjects} from '../../../src/services/projects/child-projects.js'
import type {Intake} from '../../../src/services/projects/intake.js'
import type {ApprovedRun, StartApproval} from '../../../src/services/planning/run-request.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('ChildProjects', () => {
  const BY = {kind: 'agent', project: 'p_1', agent: 'a_developer', role: 'developer'} as const

  /** Has an agent start a project. */
  async function start(intake: Intake['start']) {
    const world = aWorld({projects: [aProject({agents: [anAgent({childProjects: {most: 1, budgetPercent: 50}})]})]})
    const children = new ChildProjects({recorder: world.recorder, intake: {start: intake}})
    const started = await children.start(BY, {key: 'k1'} as ApprovedRun, {} as StartApproval).catch((error: unknown) => error)
    return {world, started}
  }

  it('names a project that an agent started on the record of its parent', async () => {
    const child = {project: aProject({id: 'p_child'}), warnings: []}
    const {world, started} = await start(async () => child)
    expect(started).to.equal(child)
    expect(world.project().children).to.deep.equal([{key: 'k1', agent: 'a_developer', budgetUsd: null, project: 'p_child'}])
  })

  it('leaves nothing of one that could not be started', async () => {
    const {world, started} = await start(async () => Promise.reject(new Error('no room')))
    expect(started).to.be.an('error').with.property('message', 'no room')
    expect(world.project().children).to.deep.equal([])
  })
})
