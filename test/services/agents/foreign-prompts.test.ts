import {expect} from 'chai'
import type {AgentSignal} from '@orch/plugin-kit'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {aMessage, aProject, anAgent} from '../../support/builders.js'
import {report} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'

describe('ForeignPrompts', () => {
  let world: World

  beforeEach(async () => {
    world = aWorld()
    const messages = [aMessage({state: 'offered', offeredTo: 'r_1'})]
    await world.store.create(aProject({agents: [anAgent({window: '@1'})], messages}))
  })

  const hear = (...signals: AgentSignal[]) => new AgentEvents(world).onReport('p_1', 'a_developer', 'r_1', report(...signals))
  const prompts = () => world.log.events.filter(({type}) => type === 'prompt').map(({data}) => data)

  it('records a prompt that carries no id of orch, with where it comes from', async () => {
    await hear({kind: 'submitted', text: 'do this', from: 'another session: mine'})
    await hear({kind: 'submitted', text: 'and that'})
    await hear({kind: 'wakes', times: ['* * * * *']})
    await hear({kind: 'submitted', text: 'look again'})
    expect(prompts()).to.deep.equal([
      {from: 'another session: mine', text: 'do this'},
      {from: 'elsewhere', text: 'and that'},
      {from: 'its own schedule', text: 'look again'},
    ])
  })

  it('records none of orch’s own: messages, first prompts, commands, news of its own work', async () => {
    await hear({kind: 'submitted', text: '[orch m_1 from person] hello'})
    await hear({kind: 'submitted', text: `Read your briefing in ${world.agent().directory}/briefing.md and start.`})
    await hear({kind: 'submitted', text: '/compact'})
    await hear({kind: 'submitted', text: '<task-notification>', from: 'itself'})
    expect(prompts()).to.deep.equal([])
  })

  it('records none that a person at the window may have typed', async () => {
    world.terminal.setClientActivity('@1', world.clock.now())
    await hear({kind: 'submitted', text: 'typed by hand'})
    expect(prompts()).to.deep.equal([])
  })
})
