import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import type {MemoryInput} from '@orch/plugin-kit/testing'
import {moveAgent} from '../../../src/domain/agent.js'
import {withAgent} from '../../../src/domain/project.js'
import {Readiness} from '../../../src/services/launch/readiness.js'
import {aProject, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

describe('Readiness', () => {
  let world: World
  let pane: string
  let abort: AbortController

  beforeEach(async () => {
    world = aWorld()
    abort = new AbortController()
    const ref = await world.terminal.createSession({
      name: 'p_1',
      windowName: 'developer',
      command: {argv: ['agent', 'x'], cwd: '/', env: {}},
    })
    pane = ref.pane
    await world.store.create(aProject({agents: [anAgent({state: 'starting', pane})]}))
  })

  const until = (timeoutMs = 10_000) => {
    const waiting = new Readiness(world).until('p_1', 'a_developer', world.driver, timeoutMs, abort.signal)
    waiting.catch(() => undefined)
    return waiting
  }
  const keys = () => world.terminal.sent(pane).filter((input): input is MemoryInput & {kind: 'keys'} => input.kind === 'keys')
  const ready = () =>
    world.recorder.change('p_1', (project, at) => {
      const moved = moveAgent(project.agents[0]!, 'ready', {source: 'hook', what: 'SessionStart', at})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })

  it('is there at once for an agent that is ready already', async () => {
    await ready()
    await until()
    expect(world.clock.sleeping).to.equal(0)
  })

  it('leads past the dialogs its driver knows, one step at a time', async () => {
    world.terminal.print(pane, '\ndialog trust')
    const waiting = until()
    await world.clock.advance(1_700)
    expect(keys()).to.deep.equal([{kind: 'keys', keys: ['Enter']}])
    world.terminal.print(pane, '\nbusy')
    await world.clock.advance(2_000)
    expect(keys()).to.have.length(1)
    await ready()
    await waiting
  })

  it('fails as soon as it cannot be led past a dialog, not when its time is over', async () => {
    world.terminal.print(pane, '\ndialog trust')
    world.terminal.pressKeys = () => Promise.reject(new OrchError('ORCH_TMUX', {what: 'press keys', stderr: 'no server is running'}))
    const waiting = refusal('ORCH_TMUX', until())
    await world.clock.advance(1_700)
    await waiting
    expect(world.clock.sleeping).to.equal(0)
  })

  it('presses nothing on a dialog that is still being drawn: the highlighted option may be taken back', async () => {
    const waiting = until()
    for (const drawn of ['dialog trust, no', 'dialog trust, yes', 'dialog trust, no']) {
      world.terminal.print(pane, `\n${drawn}`)
      await world.clock.advance(900)
      expect(keys()).to.deep.equal([])
    }
    await world.clock.advance(900)
    expect(keys()).to.have.length(1)
    await ready()
    await waiting
  })

  it('asks a person at a dialog nobody may answer for them, and waits no longer', async () => {
    world.terminal.print(pane, '\nask login')
    const waiting = until()
    await world.clock.advance(1_000)
    await waiting
    expect(keys()).to.deep.equal([])
    expect(world.agent()).to.deep.include({state: 'needs-input', waitingFor: {what: 'dialog', until: null, holder: null}})
    expect(world.agent().evidence).to.include({source: 'screen'})
    expect(world.agent().evidence.what).to.include('login')
  })

  it('believes a composer that stays open when the report was lost, and not one that is hidden in between', async () => {
    world.terminal.print(pane, '\n> ')
    const waiting = until(60_000)
    await world.clock.advance(9_000)
    world.terminal.print(pane, '\nbusy')
    await world.clock.advance(400)
    world.terminal.print(pane, '\n> ')
    await world.clock.advance(9_000)
    expect(world.agent().state).to.equal('starting')
    await world.clock.advance(2_000)
    await waiting
    expect(world.agent()).to.include({state: 'ready'})
    expect(world.agent().evidence).to.include({source: 'screen'})
  })

  it('does not press for ever at a dialog that takes no answer', async () => {
    world.terminal.print(pane, '\ndialog trust')
    const waiting = until(60_000)
    await world.clock.advance(60_000)
    await refusal('ORCH_AGENT_START', waiting)
    expect(keys().length).to.be.within(1, 12)
  })

  it('presses nothing on a screen that is no dialog', async () => {
    world.terminal.print(pane, '\n> Press Enter to continue')
    const waiting = until(5_000)
    await world.clock.advance(5_000)
    expect((await refusal('ORCH_AGENT_START', waiting)).remedy).to.include('Press Enter to continue')
    expect(keys()).to.deep.equal([])
  })

  it('leaves nothing behind that sleeps or listens', async () => {
    const waiting = until()
    await world.clock.advance(100)
    await ready()
    await waiting
    expect(world.clock.sleeping).to.equal(0)
  })
})
