import {expect} from 'chai'
import {ForeignPanes} from '../../../src/services/cleanup/foreign-panes.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

describe('ForeignPanes', () => {
  const command = {argv: ['sleep', '1000'], cwd: '/', env: {}}
  let world: World
  let panes: ForeignPanes
  let session: string

  beforeEach(async () => {
    world = aWorld({projects: [aProject({agents: [anAgent(), anAgent({role: 'tester', state: 'starting'})]})]})
    panes = new ForeignPanes(world)
    const {pane, ...place} = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})
    session = place.session
    await world.store.update('p_1', (project) => ({
      ...project,
      agents: project.agents.map((agent) => (agent.role === 'developer' ? {...agent, pane} : agent)),
    }))
  })

  const open = async (windowName: string) => (await world.terminal.createWindow({session, windowName, command})).pane
  const found = async () => (await panes.find()).map(({id, fix}) => [id, fix])

  it('leaves the panes of agents alone, and those of agents that are being started', async () => {
    await open('tester')
    expect(await found()).to.deep.equal([])
  })

  it('finds a window and a session that are on no record, and ends them', async () => {
    const window = await open('sleep')
    const {pane} = await world.terminal.createSession({name: 'mytest', windowName: 'w', command})
    expect((await found()).sort()).to.deep.equal([window, pane].map((id) => [id, 'end what runs in it and remove it']).sort())
    for (const leftover of await panes.find()) expect(await panes.clear(leftover)).to.include({done: true})
    expect(await world.terminal.panes()).to.have.length(1)
  })

  it('finds a second pane under the name of an agent', async () => {
    const split = await open('developer')
    expect(await found()).to.deep.equal([[split, 'end what runs in it and remove it']])
  })

  it('leaves what somebody looks at to them, also when they come in between', async () => {
    const pane = await open('mine')
    const [leftover] = await panes.find()
    world.terminal.lastClientActivity = async () => 1
    expect(await panes.clear(leftover!)).to.include({done: false})
    expect(await found()).to.deep.equal([[pane, null]])
    expect(await world.terminal.panes()).to.have.length(2)
  })

  it('touches nothing of a project whose record cannot be read, or that has none', async () => {
    await world.terminal.createSession({name: 'p_none', windowName: 'w', command})
    expect(await found()).to.deep.equal([])
  })
})
