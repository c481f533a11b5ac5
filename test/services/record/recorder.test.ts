import {expect} from 'chai'
import type {PluginHandlers} from '@orch/plugin-kit/testing'
import {moveAgent} from '../../../src/domain/agent.js'
import {moveMessage} from '../../../src/domain/message.js'
import {moveProject, withAgent, withMessage} from '../../../src/domain/project.js'
import {eventually} from '../../contract/eventually.js'
import {aMessage, aProject} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aWorld} from '../../support/world.js'

describe('Recorder', () => {
  it('commits, then tells log and feed, with the revision of the commit', async () => {
    const world = aWorld({projects: [aProject()]})
    const told: number[] = []
    world.feed.subscribe(({project, events}) => {
      expect(world.project()).to.equal(project)
      told.push(...events.map(({revision}) => revision))
    })
    world.clock.jump(5)
    await world.recorder.change('p_1', (project, now) =>
      moveProject(project, 'blocked', {source: 'orch', what: 'w', at: now}, {reason: 'r'}),
    )
    expect(told).to.deep.equal([2])
    expect(world.log.events).to.have.length(1)
    expect(world.log.events[0]).to.include({type: 'project.state', project: 'p_1', revision: 2, at: world.clock.now()})
  })

  it('tells nobody of what was not written', async () => {
    const world = aWorld({projects: [aProject()]})
    world.feed.subscribe(() => expect.fail('it was told'))
    world.store.setFull(true)
    await refusal(
      'ORCH_STORE_WRITE',
      world.recorder.change('p_1', (project, at) => moveProject(project, 'blocked', {source: 'orch', what: 'w', at})),
    )
    const error = new Error('illegal')
    const failed = world.recorder.change('p_1', () => {
      throw error
    })
    expect(await failureOf(failed)).to.equal(error)
    expect(world.log.events).to.deep.equal([])
  })

  it('tells the feed of a change without events, and writes no line', async () => {
    const world = aWorld({projects: [aProject()]})
    let items = 0
    world.feed.subscribe(() => items++)
    await world.recorder.change('p_1', (project) => ({project: {...project, name: 'x'}, events: []}))
    expect([items, world.log.events]).to.deep.equal([1, []])
  })

  it('creates a project with its first event', async () => {
    const world = aWorld()
    await world.recorder.create(aProject({state: 'queued'}))
    expect(world.project()).to.include({state: 'queued'})
    expect(world.log.events.map(({data}) => [data['from'], data['to']])).to.deep.equal([[null, 'queued']])
  })

  it('notes what changes no record', () => {
    const world = aWorld({projects: [aProject()]})
    world.recorder.note(world.project(), {type: 'oauth.exit', agent: 'a_developer', data: {port: 3000}})
    expect(world.log.events).to.have.length(1)
    expect(world.project().revision).to.equal(1)
  })

  it('notifies plugins of projects, agents and messages, and goes on when one fails', async () => {
    const heard: string[] = []
    const listener: PluginHandlers = {
      projectStateChanged: async ({input}) => void heard.push(`${input.id} ${input.from}→${input.to}`),
      agentStateChanged: async ({input}) => void heard.push(`${input.role} ${input.from}→${input.to}`),
      messageStateChanged: async ({input}) => void heard.push(`${input.id} ${input.from}→${input.to}`),
    }
    const broken: PluginHandlers = {agentStateChanged: () => Promise.reject(new Error('no'))}
    const world = aWorld({projects: [aProject({messages: [aMessage()]})], plugins: {listener, broken}})
    const evidence = {source: 'orch', what: 'w', at: 0} as const
    await world.recorder.change('p_1', (project) => {
      const agent = moveAgent(project.agents[0]!, 'idle', evidence)
      const message = moveMessage(project.messages[0]!, 'offered', 0)
      const moved = moveProject(withMessage(withAgent(project, agent.agent), message.message), 'verifying', evidence)
      return {project: moved.project, events: [...moved.events, ...agent.events, ...message.events]}
    })
    await eventually(() => expect(heard).to.have.members(['p_1 running→verifying', 'developer working→idle', 'm_1 accepted→offered']))
    await eventually(() => expect(world.warnings.map(({message}) => message).join()).to.include('broken'))
  })

  it('survives an event log that cannot be written, and says so', async () => {
    const world = aWorld({projects: [aProject()]})
    world.log.append = () => Promise.reject(new Error('ENOSPC'))
    await world.recorder.change('p_1', (project, at) => moveProject(project, 'blocked', {source: 'orch', what: 'w', at}))
    await eventually(() => expect(world.logger.lines.map(({level}) => level)).to.deep.equal(['error']))
    expect(world.project().state).to.equal('blocked')
  })
})
