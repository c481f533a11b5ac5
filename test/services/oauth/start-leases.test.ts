import {expect} from 'chai'
import type {AgentState} from '@orch/plugin-kit'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {START_TIMEOUT_MS, StartLeases} from '../../../src/services/oauth/start-leases.js'
import {aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {GateRequest} from '../../../src/services/oauth/gate-request.js'
import type {Agent} from '../../../src/domain/model/agent.js'

describe('StartLeases', () => {
  let world: World
  let leases: StartLeases
  let notes: unknown[]

  async function open(agent: Partial<Agent> = {}): Promise<void> {
    world = aWorld({projects: [aProject({agents: [anAgent({state: 'starting', ...agent})]})]})
    leases = new StartLeases({...world, gate: new PortGate(world)})
    notes = []
    await world.ledger.takeLease(3000, {run: 'r_1', agent: 'a_developer'})
  }
  const request = () => ({port: 3000, run: 'r_1', note: (_: unknown, data: object) => notes.push(data)}) as unknown as GateRequest
  const afterStart = (timeoutMs: number | null) =>
    leases.afterStart('p_1', 'a_developer', request(), timeoutMs === null ? null : {at: world.clock.monotonic(), timeoutMs})
  const isHeld = async () => (await world.ledger.history(3000)).lease !== null
  /** Looks every second for so long. */
  const pass = async (ms: number) => {
    await world.clock.advance(ms)
    await leases.tick()
  }

  describe('when whoever started an agent goes away', () => {
    for (const state of ['ready', 'working', 'exited', 'lost', 'stopped', 'waiting-port'] as AgentState[]) {
      it(`give the lease back at once: the agent is ${state}`, async () => {
        await open({state})
        await afterStart(60_000)
        expect(await isHeld()).to.equal(false)
        expect(notes).to.deep.equal([{port: 3000, run: 'r_1', to: 'released'}])
      })
    }

    it('give it back at once when nothing was spawned, or another run has begun', async () => {
      await open()
      await afterStart(null)
      expect(await isHeld()).to.equal(false)
      await open({run: aRun({id: 'r_2'})})
      await afterStart(60_000)
      expect(await isHeld()).to.equal(false)
    })

    for (const state of ['starting', 'needs-input'] as AgentState[]) {
      it(`keep it for an agent that is ${state}, until its time to get ready is over`, async () => {
        await open({state})
        await afterStart(60_000)
        await pass(59_999)
        expect(await isHeld()).to.equal(true)
        await pass(1)
        expect(await isHeld()).to.equal(false)
      })
    }

    it('give it back when that time is over already', async () => {
      await open()
      const spawned = {at: world.clock.monotonic(), timeoutMs: 60_000}
      await world.clock.advance(60_000)
      await leases.afterStart('p_1', 'a_developer', request(), spawned)
      expect(await isHeld()).to.equal(false)
    })

    it('count time on the clock that nobody can set', async () => {
      await open()
      await afterStart(60_000)
      world.clock.jump(3_600_000)
      await leases.tick()
      expect(await isHeld()).to.equal(true)
      world.clock.jump(-7_200_000)
      await pass(60_000)
      expect(await isHeld()).to.equal(false)
    })
  })

  describe('of the supervisor before', () => {
    it('are given back where the start is over, or the run is another’s', async () => {
      for (const agent of [
        {state: 'ready'},
        {state: 'exited'},
        {run: null},
        {run: aRun({id: 'r_2'})},
        {id: 'a_other'},
      ] as Partial<Agent>[]) {
        await open(agent)
        await leases.settle()
        expect(await isHeld(), JSON.stringify(agent)).to.equal(false)
      }
    })

    it('are kept for a start that goes on, as long as any start may take', async () => {
      await open()
      await leases.settle()
      await pass(START_TIMEOUT_MS - 1)
      expect(await isHeld()).to.equal(true)
      await pass(1)
      expect(await isHeld()).to.equal(false)
    })
  })

  it('are given back again and again while the ledger cannot be written', async () => {
    await open()
    const release = world.ledger.releaseLease.bind(world.ledger)
    world.ledger.releaseLease = async () => {
      throw new Error('no space left on device')
    }
    await afterStart(null)
    await pass(1_000)
    expect(await isHeld()).to.equal(true)
    expect(world.logger.lines.filter(({level}) => level === 'warn')).to.have.length(2)
    world.ledger.releaseLease = release
    await pass(1_000)
    expect(await isHeld()).to.equal(false)
    await pass(1_000)
    expect(world.ledger.calls.filter((call) => call.startsWith('release'))).to.have.length(1)
  })
})
