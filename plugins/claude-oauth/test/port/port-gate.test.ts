import {expect} from 'chai'
import type {AwaitPortInput, GateAnswer, PortHistory, PortHolder, Wait} from '@orch/plugin-kit'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {PortGate} from '../../src/port/port-gate.js'
import type {Listener} from '../../src/port/listeners.js'
import {settingsOf} from '../../src/settings.js'

const LISTENER: Listener = {address: '127.0.0.1', inode: '1', pid: null}
const HOLDER: PortHolder = {pid: 7, command: 'npm run dev', cwd: '/srv/app'}

/** The world around a gate: what the port does, who holds it, what the ledger says. */
class World {
  readonly clock = new FakeClock()
  busy: () => boolean = () => false
  problem: string | null = null
  looks = 0
  /** T, on the monotonic clock. */
  askedAt = 0
  probes = 0
  findHolder: () => Promise<PortHolder> = async () => HOLDER
  history: Omit<PortHistory, 'port' | 'asOf'> = {killedAt: null, exitedAt: null, lease: null}
  holderAlive: boolean | null = null
  readonly gate: PortGate

  constructor(readonly config: Record<string, unknown> = {}) {
    this.gate = new PortGate({
      clock: this.clock,
      logger: new MemoryLogger(),
      ledger: {history: async (port) => ({port, asOf: this.clock.now(), ...this.history}), holderAlive: async () => this.holderAlive},
      observer: {
        listeners: async () => {
          this.looks++
          if (this.problem) throw new Error(this.problem)
          return this.busy() ? [LISTENER] : []
        },
      },
      holders: {
        find: async () => {
          this.probes++
          return this.findHolder()
        },
      },
    })
  }

  ask(over: Partial<AwaitPortInput> = {}): Promise<GateAnswer> {
    const now = this.clock.now()
    const history = {port: 3000, asOf: now, ...this.history}
    const who = {project: 'p_1', agent: 'a_1', role: 'developer', run: 'r_1'}
    const waitedMs = this.clock.monotonic() - this.askedAt
    return this.gate.awaitPort({
      port: 3000,
      reason: 'start',
      ...who,
      askedAt: 1,
      waitedMs,
      history,
      now,
      settings: settingsOf(this.config) as unknown as Record<string, unknown>,
      ...over,
    })
  }

  /** The loop of core. @returns milliseconds it took and how it ended */
  async start(run = 'r_1'): Promise<{tookMs: number; last: 'clear' | Wait; asked: number}> {
    const began = this.clock.monotonic()
    this.askedAt = began
    for (let asked = 1; ; asked++) {
      const now = this.clock.now()
      const answer = await this.ask({run})
      if (answer === 'clear' || answer.overBudget) return {tookMs: this.clock.monotonic() - began, last: answer, asked}
      await this.clock.advance(answer.notBefore - now)
    }
  }
}

describe('PortGate.awaitPort', () => {
  it('needs two looks 200 ms apart for a free port', async () => {
    const world = new World()
    expect(await world.start()).to.deep.equal({tookMs: 200, last: 'clear', asked: 2})
    expect(world.looks).to.equal(2)
    expect(world.probes).to.equal(0)
  })

  it('keeps the looks of different runs apart', async () => {
    const world = new World()
    await world.ask({run: 'r_1'})
    await world.clock.advance(300)
    expect(await world.ask({run: 'r_2'}))
      .to.have.property('why')
      .that.includes('looking again')
  })

  it('does not count a look of long ago', async () => {
    const world = new World()
    await world.ask()
    await world.clock.advance(60_000)
    expect(await world.ask()).to.not.equal('clear')
    await world.clock.advance(200)
    expect(await world.ask()).to.equal('clear')
  })

  it('waits out the floor after a kill, then starts at once', async () => {
    const world = new World()
    world.history = {...world.history, killedAt: world.clock.now() - 12_000}
    const {tookMs, last, asked} = await world.start()
    expect({tookMs, last}).to.deep.equal({tookMs: 18_000, last: 'clear'})
    expect(asked).to.be.at.most(3)
  })

  it('gives a taken port up after 45 s and names the holder, looked up every 20 s', async () => {
    const world = new World()
    world.busy = () => true
    const {tookMs, last} = await world.start()
    expect(tookMs).to.equal(45_000)
    expect(last).to.include({overBudget: true, holder: HOLDER})
    expect(world.probes).to.equal(3)
  })

  it('gives it up after 60 s when an agent exited', async () => {
    const world = new World()
    world.busy = () => true
    world.history = {...world.history, exitedAt: world.clock.now() - 1_000}
    expect((await world.start()).tookMs).to.equal(60_000)
  })

  it('starts over after one busy look between two free ones', async () => {
    const world = new World()
    const began = world.clock.monotonic()
    world.busy = () => world.clock.monotonic() - began === 200
    expect(await world.start()).to.include({last: 'clear', tookMs: 900})
  })

  it('neither looks nor gives up while another run starts on the port, and says whose supervisor is gone', async () => {
    const world = new World()
    world.history = {...world.history, lease: {run: 'r_9', agent: 'a_9', takenAt: world.clock.now()}}
    world.holderAlive = true
    await world.clock.advance(500_000)
    const answer = (await world.ask()) as Wait
    expect(answer.overBudget).to.equal(undefined)
    expect(answer.why).to.include('a_9').and.not.include('has ended')
    expect(world.looks).to.equal(0)
    world.holderAlive = false
    expect(await world.ask())
      .to.have.property('why')
      .that.includes('has ended')
  })

  it('lets the holder of the lease through', async () => {
    const world = new World()
    world.history = {...world.history, lease: {run: 'r_1', agent: 'a_1', takenAt: world.clock.now()}}
    expect((await world.start('r_1')).last).to.equal('clear')
  })

  it('does not shorten the budget when the wall clock is set forward, nor lengthen it when set back', async () => {
    for (const jump of [3_600_000, -3_600_000]) {
      const world = new World()
      world.busy = () => true
      await world.ask()
      await world.clock.advance(10_000)
      world.clock.jump(jump)
      expect(await world.ask()).to.not.have.property('overBudget')
      await world.clock.advance(34_999)
      expect(await world.ask()).to.not.have.property('overBudget')
      await world.clock.advance(1)
      expect(await world.ask()).to.have.property('overBudget', true)
    }
  })

  it('takes a port nobody can look at for taken', async () => {
    const world = new World()
    world.problem = 'EACCES'
    const {tookMs, last} = await world.start()
    expect(tookMs).to.equal(45_000)
    expect(last).to.have.property('why').that.includes('EACCES')
  })

  it('answers without the holder when finding it takes too long', async () => {
    const world = new World()
    world.busy = () => true
    world.findHolder = () => new Promise(() => undefined)
    const answer = world.ask()
    await world.clock.advance(1_000)
    expect(await answer).to.include({holder: null})
    expect(world.clock.sleeping).to.equal(0)
  })

  it('honours raised values, never lowered ones', async () => {
    const raised = new World({killBudgetMs: 90_000})
    raised.busy = () => true
    expect((await raised.start()).tookMs).to.equal(90_000)
    const lowered = new World({killBudgetMs: 1_000, killFloorMs: 1})
    lowered.history = {...lowered.history, killedAt: lowered.clock.now()}
    expect((await lowered.start()).tookMs).to.equal(30_000)
  })
})

describe('PortGate.afterWindowKill', () => {
  const kill = (world: World, killedAt: number) =>
    world.gate.afterWindowKill({port: 3000, agent: 'a_1', window: '@1', killedAt, now: world.clock.now(), settings: {}})

  it('is clear 30 s after the kill', async () => {
    const world = new World()
    const killedAt = world.clock.now()
    world.history = {...world.history, killedAt}
    expect(await kill(world, killedAt)).to.include({notBefore: killedAt + 30_000})
    await world.clock.advance(29_999)
    expect(await kill(world, killedAt)).to.include({notBefore: killedAt + 30_000})
    await world.clock.advance(1)
    expect(await kill(world, killedAt)).to.equal('clear')
  })

  it('counts the later kill of event and ledger', async () => {
    const world = new World()
    const now = world.clock.now()
    world.history = {...world.history, killedAt: now - 20_000}
    expect(await kill(world, now - 1_000)).to.include({notBefore: now + 29_000})
    world.history = {...world.history, killedAt: now}
    expect(await kill(world, now - 1_000)).to.include({notBefore: now + 30_000})
  })

  it('counts the event alone when the ledger has nothing', async () => {
    const world = new World()
    expect(await kill(world, world.clock.now())).to.include({notBefore: world.clock.now() + 30_000})
  })

  it('trusts the ledger when the wall clock was set back after the kill', async () => {
    const world = new World()
    const now = world.clock.now()
    world.history = {...world.history, killedAt: now - 31_000}
    expect(await kill(world, now + 3_600_000)).to.equal('clear')
  })
})
