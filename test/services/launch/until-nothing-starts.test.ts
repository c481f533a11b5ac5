import {expect} from 'chai'
import {moveAgent} from '../../../src/domain/agent.js'
import {withAgent} from '../../../src/domain/project.js'
import {untilNothingStarts} from '../../../src/services/launch/until-nothing-starts.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('untilNothingStarts', () => {
  const open = (state: 'starting' | 'idle') => {
    const world = aWorld({projects: [aProject({agents: [anAgent({state})]})]})
    let over = false
    void untilNothingStarts(world.store, world.clock).then(() => (over = true))
    return {world, isOver: () => over}
  }

  it('waits for an agent that starts, and for no other', async () => {
    const {world, isOver} = open('starting')
    await world.clock.advance(5_000)
    expect(isOver()).to.equal(false)
    await world.recorder.change('p_1', (project, at) => {
      const moved = moveAgent(project.agents[0]!, 'ready', {source: 'hook', what: 'x', at})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
    await world.clock.advance(200)
    expect(isOver()).to.equal(true)
    const other = open('idle')
    await other.world.clock.advance(0)
    expect(other.isOver()).to.equal(true)
  })

  it('does not wait for ever for one that stands at a dialog', async () => {
    const {world, isOver} = open('starting')
    await world.clock.advance(60_400)
    expect(isOver()).to.equal(true)
  })
})
