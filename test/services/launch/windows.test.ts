import {expect} from 'chai'
import {unbound} from '../../../src/services/oauth/port-gate.js'
import {Windows} from '../../../src/services/launch/windows.js'
import {aProject, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {FakeDriver} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'

const PERMIT = unbound(new FakeDriver())
const COMMAND = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}

describe('Windows', () => {
  let world: World
  let windows: Windows

  beforeEach(async () => {
    world = aWorld({projects: [aProject({agents: [anAgent(), anAgent({role: 'tester'}), anAgent({role: 'writer'})]})]})
    windows = new Windows(world)
  })

  const run = async (...args: Parameters<Windows['run']>) => (await windows.run(...args))!

  it('makes one session a project and one window an agent, though all come at once', async () => {
    const placed = await Promise.all(['a_developer', 'a_tester', 'a_writer'].map((id) => run('p_1', id, `r_${id}`, COMMAND, PERMIT)))
    const panes = await world.terminal.panes()
    expect(panes.map(({sessionName, windowName}) => [sessionName, windowName])).to.deep.equal([
      ['demo-p_1', 'developer'],
      ['demo-p_1', 'tester'],
      ['demo-p_1', 'writer'],
    ])
    expect(new Set(placed.map(({ref}) => ref.session)).size).to.equal(1)
    expect(placed.map(({pid}) => pid)).to.deep.equal(panes.map(({pid}) => pid))
    expect(world.project().tmux.session).to.equal(panes[0]!.session)
  })

  it('looks at the terminal twice for a start: before it, and for the process', async () => {
    const {terminal} = world
    let looks = 0
    const panes = terminal.panes.bind(terminal)
    terminal.panes = () => {
      looks += 1
      return panes()
    }
    for (const id of ['a_developer', 'a_tester', 'a_writer']) await run('p_1', id, `r_${id}`, COMMAND, PERMIT)
    expect(looks).to.equal(6)
  })

  it('puts the windows in the order of the roles, whichever comes up first, and a new one where the old one was', async () => {
    for (const id of ['a_writer', 'a_developer', 'a_tester']) await run('p_1', id, `r_${id}`, COMMAND, PERMIT)
    const names = async () => (await world.terminal.panes()).map(({windowName}) => windowName)
    expect(await names()).to.deep.equal(['developer', 'tester', 'writer'])
    await world.terminal.killWindow((await world.terminal.panes())[0]!.window)
    await run('p_1', 'a_developer', 'r_2', COMMAND, PERMIT)
    expect(await names()).to.deep.equal(['developer', 'tester', 'writer'])
  })

  it('starts again in the pane that stands', async () => {
    const first = await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)
    world.terminal.end(first.ref.pane)
    const second = await run('p_1', 'a_developer', 'r_2', COMMAND, PERMIT)
    expect(second.ref.pane).to.equal(first.ref.pane)
    expect(second.pid).not.to.equal(first.pid)
  })

  it('finds the run that a dead supervisor had spawned after all, and spawns no second one', async () => {
    const first = await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)
    world.host.run(first.pid, {env: {ORCH_RUN: 'r_1'}})
    expect(await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)).to.deep.include({pid: first.pid})
  })

  it('never takes the pane of a process that lives', async () => {
    const first = await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)
    world.host.run(first.pid, {env: {ORCH_RUN: 'r_1'}})
    await refusal('ORCH_REFUSED', run('p_1', 'a_developer', 'r_2', COMMAND, PERMIT))
    expect((await world.terminal.panes())[0]).to.include({pid: first.pid, dead: false})
  })

  it('looks again when the server ended between the look and the new window', async () => {
    await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)
    afterLook(1, () => world.terminal.dropServer())
    const {ref} = await run('p_1', 'a_tester', 'r_2', COMMAND, PERMIT)
    expect(await world.terminal.panes()).to.have.length(1)
    expect((await world.terminal.panes())[0]).to.include({pane: ref.pane, sessionName: 'demo-p_1', windowName: 'tester'})
  })

  it('looks again when somebody closed the window it was to start in', async () => {
    const first = await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)
    await run('p_1', 'a_tester', 'r_2', COMMAND, PERMIT)
    world.terminal.end(first.ref.pane)
    afterLook(1, () => void world.terminal.killWindow(first.ref.window))
    const second = await run('p_1', 'a_developer', 'r_3', COMMAND, PERMIT)
    expect(second.ref.pane).not.to.equal(first.ref.pane)
    expect((await world.terminal.panes()).map(({windowName}) => windowName)).to.deep.equal(['developer', 'tester'])
  })

  it('does not look for ever for a target that is seen and never there', async () => {
    await run('p_1', 'a_developer', 'r_1', COMMAND, PERMIT)
    const seen = await world.terminal.panes()
    world.terminal.dropServer()
    world.terminal.panes = () => Promise.resolve(seen)
    await refusal('ORCH_NOT_FOUND', run('p_1', 'a_tester', 'r_2', COMMAND, PERMIT))
  })

  /** Does something right after the n-th look from now on. */
  function afterLook(nth: number, deed: () => void): void {
    const look = world.terminal.panes.bind(world.terminal)
    let looks = 0
    world.terminal.panes = async () => {
      const seen = await look()
      looks += 1
      if (looks === nth) deed()
      return seen
    }
  }

  it('goes on after one that failed', async () => {
    await refusal('ORCH_REFUSED', run('p_1', 'a_developer', 'r_1', {...COMMAND, argv: []}, PERMIT))
    expect((await run('p_1', 'a_tester', 'r_2', COMMAND, PERMIT)).pid).to.be.greaterThan(0)
  })
})
