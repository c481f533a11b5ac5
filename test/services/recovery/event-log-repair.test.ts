import {expect} from 'chai'
import {EventLogRepair} from '../../../src/services/recovery/event-log-repair.js'
import {aMessage, aProject, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('EventLogRepair', () => {
  it('adds the states of the record that a killed supervisor did not write down, once', async () => {
    const world = aWorld({
      projects: [aProject({messages: [aMessage({state: 'offered'})], agents: [anAgent(), anAgent({role: 'tester', state: 'planned'})]})],
    })
    world.recorder.note(world.project(), {type: 'project.state', agent: null, data: {from: 'starting', to: 'running'}})
    world.recorder.note(world.project(), {type: 'agent.state', agent: 'a_developer', data: {from: 'planned', to: 'starting'}})
    const keeper = new EventLogRepair(world)
    await keeper.mendAll()
    const added = world.log.events.slice(2).map(({type, data}) => [type, String(data['from']), '→', data['to']].join(' '))
    expect(added).to.deep.equal(['agent.state starting → working', 'message.state null → offered'])
    expect(world.log.events.at(-1)!.data).to.include({mended: true})
    await keeper.mendAll()
    expect(world.log.events).to.have.length(4)
  })
})
