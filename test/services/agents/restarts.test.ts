import {expect} from 'chai'
import {Restarts} from '../../../src/services/agents/restarts.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

describe('Restarts', () => {
  let world: World
  let stops: number
  let restarts: Restarts

  beforeEach(() => {
    world = aWorld({projects: [aProject({agents: [anAgent({transcript: {path: '/t', position: 3}, restarts: 2})]})]})
    stops = 0
    const stop = async () => {
      stops += 1
      expect(world.agent().context?.restart, 'the intent is on record before the stop').to.not.equal(undefined)
      await world.store.update('p_1', (project) => ({...project, agents: project.agents.map((agent) => ({...agent, state: 'stopped'}))}))
    }
    restarts = new Restarts({...world, terminator: {stop}})
  })

  it('stops an agent and hands it to the runner, in its conversation', async () => {
    const {conversation} = world.agent()
    await restarts.restart('p_1', 'a_developer', {why: 'a person asked', fresh: false})
    expect(world.agent()).to.deep.include({state: 'planned', conversation, hasConversation: true, restarts: 0, context: {}})
    expect(world.agent().evidence.what).to.equal('a person asked')
  })

  it('names who asked for it, also after a crash in between', async () => {
    const by = {kind: 'agent', project: 'p_1', agent: 'a_orchestrator', role: 'orchestrator'} as const
    await restarts.restart('p_1', 'a_developer', {why: 'orchestrator asked', fresh: false, by})
    expect(world.agent().evidence).to.include({source: 'agent', what: 'orchestrator asked'}).and.to.deep.include({by})
  })

  it('begins a fresh conversation when asked to', async () => {
    const {conversation} = world.agent()
    await restarts.restart('p_1', 'a_developer', {why: 'a person asked', fresh: true})
    expect(world.agent()).to.deep.include({
      state: 'planned',
      hasConversation: false,
      transcript: null,
      context: {healthRestarts: 0, handedOver: true},
    })
    expect(world.agent().conversation).to.not.equal(conversation)
  })

  it('takes up what a supervisor died over, and does nothing twice', async () => {
    await world.store.update('p_1', (project) => ({
      ...project,
      agents: [{...project.agents[0]!, state: 'stopped', context: {restart: {why: 'before the crash', fresh: false}}}],
    }))
    await Promise.all([restarts.takeUp(world.project()), restarts.takeUp(world.project())])
    expect(stops).to.equal(1)
    expect(world.agent().state).to.equal('planned')
    await restarts.takeUp(world.project())
    expect(stops).to.equal(1)
  })
})
