import {expect} from 'chai'
import {incidentsOf} from '../../../src/domain/incident.js'
import {needsOf} from '../../../src/domain/need.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

const COMMAND = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}

describe('ForeignPaneWatch', () => {
  let world: World
  let own: string

  beforeEach(async () => {
    world = aWorld()
    const ref = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command: COMMAND})
    own = ref.pane
    await world.store.create(aProject({agents: [anAgent({pane: own, window: ref.window})]}))
    await world.terminal.createWindow({session: ref.session, windowName: 'helper', command: COMMAND})
  })

  const look = async () => world.panes.look(world.project(), await world.terminal.panes())

  it('says after two looks that there is a pane orch did not make, and what to do, until it is gone', async () => {
    await look()
    expect(incidentsOf(world.project())).to.deep.equal([])
    await look()
    const [need] = needsOf(world.project(), world.clock.now())
    expect(need!.what).to.include('a pane orch did not make').and.include('helper')
    expect(need!.commands).to.include('orch doctor --fix')
    const [foreign] = (await world.terminal.panes()).filter(({pane}) => pane !== own)
    await world.terminal.killPane(foreign!.pane)
    await look()
    expect(incidentsOf(world.project())).to.deep.equal([])
  })

  it('leaves one alone that was made while a person looked at its window', async () => {
    const [foreign] = (await world.terminal.panes()).filter(({pane}) => pane !== own)
    world.terminal.setClientActivity(foreign!.window, world.clock.now())
    await look()
    await look()
    expect(incidentsOf(world.project())).to.deep.equal([])
  })
})
