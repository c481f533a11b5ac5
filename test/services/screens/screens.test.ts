import {expect} from 'chai'
import {Screens} from '../../../src/services/screens/screens.js'
import {anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('Screens', () => {
  it('are read as the driver understands them', async () => {
    const world = aWorld()
    const {pane} = await world.terminal.createSession({
      name: 'p_1',
      windowName: 'developer',
      command: {argv: ['fake-agent', 'x'], cwd: '/', env: {}},
    })
    world.terminal.print(pane, '> a draft')
    expect(await new Screens(world).read(anAgent({pane}))).to.deep.equal({what: 'composer', draft: 'a draft'})
  })

  it('are unreadable without a pane, without a driver, and when the terminal does not answer: that is no error of the agent', async () => {
    const world = aWorld()
    const screens = new Screens(world)
    expect(await screens.read(anAgent())).to.equal('unreadable')
    expect(await screens.read(anAgent({pane: '%1', kind: 'another'}))).to.equal('unreadable')
    expect(world.logger.lines).to.deep.equal([])
    expect(await screens.read(anAgent({pane: '%99'}))).to.equal('unreadable')
    expect(world.logger.lines.map(({message}) => message)).to.deep.equal(['an agent cannot be looked at'])
  })
})
