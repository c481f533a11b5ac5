import {expect} from 'chai'
import type {AgentState} from '@orch/plugin-kit'
import type {MemoryInput} from '@orch/plugin-kit/testing'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {AgentStopper} from '../../../src/services/agents/stop-agent.js'
import {aProject, aRun, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

const PID = 1000

describe('AgentStopper', () => {
  let world: World
  let pane: string

  beforeEach(async () => {
    world = aWorld()
    const command = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}
    pane = (await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})).pane
    world.terminal.print(pane, 'bye\n>')
    world.host.run(PID, {startedAt: '1'})
    await world.store.create(
      aProject({agents: [anAgent({pane, window: '@0', state: 'idle', run: aRun({process: {pid: PID, startedAt: '1'}})})]}),
    )
  })

  async function stop(): Promise<void> {
    let over = false
    const stopping = new AgentStopper({...world, watch: new AgentEvents(world)})
      .stop('p_1', 'a_developer', 'merged')
      .finally(() => (over = true))
    stopping.catch(() => undefined)
    for (let round = 0; round < 400 && !over; round++) await world.clock.advance(50)
    await stopping
  }

  const typed = () => world.terminal.sent(pane).filter(({kind}: MemoryInput) => kind === 'text')

  it('asks first, and signals nobody who leaves by itself', async () => {
    const leaving = setInterval(() => typed().length > 0 && world.host.exit(PID), 1)
    await stop().finally(() => clearInterval(leaving))
    expect(typed()).to.deep.equal([{kind: 'text', text: '/exit'}])
    expect(world.host.signals).to.deep.equal([])
    expect(world.agent()).to.include({state: 'stopped'})
    expect(world.files.text(`${world.agent().directory}/last-words.txt`)).to.include('bye')
  })

  it('sends TERM to who stays, and KILL to who stays then', async () => {
    await stop()
    expect(world.host.signals).to.deep.equal([{pid: PID, signal: 'SIGTERM'}])
    expect((await world.terminal.panes())[0], 'its window stays').to.include({pane})
  })

  it('kills what ignores TERM', async () => {
    world.host.run(PID, {startedAt: '1', diesOf: 'SIGKILL'})
    await stop()
    expect(world.host.signals.map(({signal}) => signal)).to.deep.equal(['SIGTERM', 'SIGKILL'])
  })

  it('ends what the agent left elsewhere, by the run in its environment, and nobody else', async () => {
    world.host
      .run(2000, {env: {ORCH_RUN: 'r_1'}})
      .run(3000, {env: {ORCH_RUN: 'r_other'}})
      .run(4000)
    await stop()
    expect(world.host.signals.map(({pid}) => pid).sort()).to.deep.equal([PID, 2000])
    expect(await world.host.identify(3000)).not.to.equal(null)
  })

  it('does not touch the process that has the pid now', async () => {
    world.host.run(PID, {startedAt: 'later'})
    await stop()
    expect(world.host.signals).to.deep.equal([])
    expect(typed()).to.deep.equal([])
  })

  for (const screen of ['\n> half a thought', '\ndialog permission', '\nbusy', '\nsomething else']) {
    it(`types nothing into ${JSON.stringify(screen)}`, async () => {
      world.terminal.print(pane, screen)
      await stop()
      expect(world.terminal.sent(pane)).to.deep.equal([])
      expect(await world.host.identify(PID)).to.equal(null)
    })
  }

  it('records the stop before anything ends, and ends nothing when it cannot', async () => {
    world.store.setFull(true)
    await refusal('ORCH_STORE_WRITE', stop())
    expect(world.host.signals).to.deep.equal([])
    expect(world.terminal.sent(pane)).to.deep.equal([])
  })

  for (const state of ['exited', 'lost', 'stopped'] as const satisfies readonly AgentState[]) {
    it(`leaves the state of an agent that is ${state}, but ends what is left of it`, async () => {
      await world.store.update('p_1', (project) => ({...project, agents: [{...project.agents[0]!, state}]}))
      await stop()
      expect(world.agent().state).to.equal(state)
      expect(await world.host.identify(PID)).to.equal(null)
    })
  }
})
