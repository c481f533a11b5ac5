import {expect} from 'chai'
import type {AgentUsage} from '@orch/plugin-kit'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {ScreenReactions} from '../../../src/services/screens/screen-reactions.js'
import {ScreenSchedule} from '../../../src/services/screens/screen-watch.js'
import {Screens} from '../../../src/services/screens/screens.js'
import {aMessage, aProject, aRun, anAgent} from '../../support/builders.js'
import {FakeDriver} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const USAGE: AgentUsage = {model: 'm', contextPercent: 12, contextTokens: 99, costUsd: 0.5, windows: []}

class CountingDriver extends FakeDriver {
  usage: AgentUsage | null = USAGE
  asked = 0

  async readUsage(): Promise<AgentUsage | null> {
    this.asked++
    return this.usage
  }
}

describe('ScreenReactions', () => {
  let world: World
  let driver: CountingDriver
  let watch: ScreenSchedule
  let pane: string

  async function open(agent: Partial<Agent> = {}, screen = '>', ...messages: ReturnType<typeof aMessage>[]): Promise<void> {
    driver = new CountingDriver()
    world = aWorld({drivers: [driver]})
    const command = {argv: ['fake', 'agent'], cwd: '/', env: {}}
    const living = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})
    pane = living.pane
    world.terminal.print(pane, screen)
    await world.store.create(aProject({agents: [anAgent({pane, window: living.window, state: 'idle', ...agent})], messages}))
    const screens = new Screens(world)
    watch = new ScreenSchedule({...world, screens, viewer: new ScreenReactions({...world, screens, watch: new AgentEvents(world)})})
  }

  /** Looks every second for so many seconds. */
  async function look(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      let over = false
      const looking = watch.tick().finally(() => (over = true))
      for (let round = 0; round < 50 && !over; round++) await world.clock.advance(100)
      await looking
      await world.clock.advance(1_000)
    }
  }
  const keys = () => world.terminal.sent(pane).filter(({kind}) => kind === 'keys')

  it('records what an agent has used, once after it came to rest', async () => {
    await open()
    await look(10)
    expect(world.agent().usage).to.deep.equal(USAGE)
    expect(driver.asked).to.equal(1)
  })

  it('looks at an agent at work every five seconds, and writes only what is new', async () => {
    await open({state: 'working'})
    await look(11)
    expect(driver.asked).to.equal(3)
    const {revision} = world.project()
    driver.usage = null
    await look(5)
    expect(world.project().revision).to.equal(revision)
    expect(world.agent().usage, 'what was known stays').to.deep.equal(USAGE)
  })

  it('keeps the tree of processes of an agent at rest', async () => {
    await open({run: aRun({process: {pid: 10, startedAt: '1'}})})
    world.host.run(10).run(11, {env: {ORCH_RUN: 'r_1'}})
    await look(4)
    expect(world.agent().run!.tree!.map(({pid}) => pid)).to.deep.equal([10, 11])
  })

  it('answers a dialog that leads on, a step at a time, of an agent that is limited', async () => {
    await open({state: 'limited'}, 'dialog limit-options')
    await look(1)
    expect(keys().length).to.be.greaterThan(0)
    expect(world.agent()).to.include({state: 'limited'})
  })

  it('never answers a dialog it does not know: a person sees its screen', async () => {
    await open({}, 'ask unknown', aMessage({blockedBy: 'dialog'}))
    await look(1)
    expect(keys()).to.deep.equal([])
    expect(world.agent()).to.deep.include({state: 'needs-input', waitingFor: {what: 'dialog', until: null, holder: null}})
    expect(world.agent().evidence).to.include({source: 'screen', what: 'unknown: ask unknown'})
  })

  it('leaves a limited agent limited, whatever stands on its screen: it would not be woken', async () => {
    await open({state: 'limited'}, 'ask unknown')
    await look(6)
    expect(world.agent()).to.include({state: 'limited'})
  })

  for (const [screen, state] of [
    ['>', 'idle'],
    ['busy', 'working'],
  ] as const) {
    it(`sees that a person answered: ${state}`, async () => {
      await open({state: 'needs-input', waitingFor: {what: 'dialog', until: null, holder: null}}, screen)
      world.clock.jump(2_000)
      await look(1)
      expect(world.agent()).to.include({state, waitingFor: null})
    })
  }

  it('sees in the end that a turn was broken off which no hook tells of', async () => {
    const evidence = {source: 'hook', what: 'UserPromptSubmit', at: 0} as const
    await open({state: 'working', evidence})
    await look(9)
    expect(world.agent()).to.include({state: 'working'})
    await look(3)
    expect(world.agent()).to.include({state: 'idle'})
    expect(world.agent().evidence).to.include({source: 'screen'})
    await open({state: 'working', evidence: {...evidence, what: 'Stop'}})
    await look(30)
    expect(world.agent(), 'work behind a turn that ended').to.include({state: 'working'})
    await open({state: 'working', evidence}, 'busy')
    await look(30)
    expect(world.agent()).to.include({state: 'working'})
  })

  it('leaves alone what waits for a person without a dialog', async () => {
    await open({state: 'needs-input', waitingFor: {what: 'person', until: null, holder: null}})
    world.clock.jump(2_000)
    await look(6)
    expect(world.agent()).to.include({state: 'needs-input'})
  })
})
