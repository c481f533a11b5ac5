import {expect} from 'chai'
import {HEALTH_DEFAULTS} from '../../../src/domain/health.js'
import {incidentsOf} from '../../../src/domain/incident.js'
import {MemoryGate} from '../../../src/services/launch/memory-gate.js'
import {aPlannedAgent, aProject, someOptions} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {HealthSettings} from '../../../src/domain/model/health-settings.js'

const MB = 1024 * 1024

describe('MemoryGate', () => {
  let world: World
  let admitted: string[]

  function open(settings: Partial<HealthSettings> = {}, kind = 'fake'): (role: string, signal?: AbortSignal) => Promise<void> {
    const options = someOptions({health: {...HEALTH_DEFAULTS, minFreeMemoryMb: 100, ...settings}})
    world = aWorld({projects: [aProject({options, agents: ['developer', 'tester'].map((role) => aPlannedAgent({role, kind}))})]})
    const control = new MemoryGate({...world, drivers: new Map([['rehearsal', {memoryMb: 50}]])})
    admitted = []
    return (role, signal = new AbortController().signal) =>
      control.admit(world.project(), `a_${role}`, signal).then(() => void admitted.push(role))
  }

  it('lets a start through at once while there is memory', async () => {
    const admit = open()
    await Promise.all([admit('developer'), admit('tester')])
    expect(admitted).to.deep.equal(['developer', 'tester'])
  })

  it('holds a start while the memory is short, says so once, and counts what it just gave away', async () => {
    const admit = open()
    world.host.memory = 600 * MB
    const both = Promise.all([admit('developer'), admit('tester')])
    await world.clock.advance(5_000)
    expect(admitted, '600 MB are enough for one').to.deep.equal(['developer'])
    expect(world.agent('tester').waitingFor).to.include({what: 'memory'})
    expect(incidentsOf(world.project()).map(({cause, agent}) => `${cause} ${agent}`)).to.deep.equal(['low-memory a_tester'])
    world.host.memory = 2_000 * MB
    await world.clock.advance(2_000)
    await both
    expect(world.agent('tester').waitingFor).to.equal(null)
    expect(incidentsOf(world.project())).to.deep.equal([])
  })

  it('reckons with what a kind says of itself, unless a person says how much', async () => {
    const admit = open({}, 'rehearsal')
    world.host.memory = 200 * MB
    await Promise.all([admit('developer'), admit('tester')])
    expect(admitted).to.deep.equal(['developer', 'tester'])
    const admitAsSaid = open({agentMemoryMb: 101}, 'rehearsal')
    world.host.memory = 200 * MB
    const waits = admitAsSaid('developer')
    await world.clock.advance(1_000)
    expect(admitted).to.deep.equal([])
    world.host.memory = 201 * MB
    await world.clock.advance(2_000)
    await waits
  })

  it('reckons with 400 MB for a kind that says nothing', async () => {
    const admit = open()
    world.host.memory = 499 * MB
    const waits = admit('developer')
    await world.clock.advance(1_000)
    expect(admitted).to.deep.equal([])
    world.host.memory = 501 * MB
    await world.clock.advance(2_000)
    await waits
  })

  it('lets the next one through as soon as the start before no longer counts, and says what was left beside it', async () => {
    const admit = open()
    world.host.memory = 600 * MB
    await admit('developer')
    await world.clock.advance(1_000)
    const waits = admit('tester')
    await world.clock.advance(8_900)
    expect(admitted).to.deep.equal(['developer'])
    expect(incidentsOf(world.project()).map(({what}) => what)).to.deep.equal([
      '200 MB of memory are free beside the starts under way: its start waits',
    ])
    await world.clock.advance(200)
    expect(admitted).to.deep.equal(['developer', 'tester'])
    await waits
  })

  it('keeps starts apart by the time asked for', async () => {
    const admit = open({startStaggerMs: 3_000})
    const both = Promise.all([admit('developer'), admit('tester')])
    await world.clock.advance(2_900)
    expect(admitted).to.deep.equal(['developer'])
    await world.clock.advance(200)
    await both
  })

  it('ends a wait with the signal, and lets the next one through', async () => {
    const admit = open()
    world.host.memory = 10 * MB
    const stop = new AbortController()
    const waiting = admit('developer', stop.signal).catch((error: unknown) => String(error))
    await world.clock.advance(1_000)
    stop.abort(new Error('released'))
    expect(await waiting).to.contain('released')
    world.host.memory = 2_000 * MB
    await admit('tester')
  })
})
