import {expect} from 'chai'
import {ProcessUsage} from '../../../src/services/health/process-usage.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('ProcessUsage', () => {
  const MB = 1024 * 1024

  it('sums processor time and memory of an agent and all it started, and of nobody else', async () => {
    const world = aWorld({projects: [aProject({agents: [anAgent(), anAgent({role: 'tester', state: 'exited'})]})]})
    const vitals = new ProcessUsage(world)
    const machine = (cpuMs: number) =>
      world.host
        .run(1000, {startedAt: '1', cpuMs, rssBytes: 200 * MB})
        .run(1001, {parent: 1000, cpuMs: 3 * cpuMs, rssBytes: 50 * MB})
        .run(1002, {parent: 1001, cpuMs: 0, rssBytes: 1 * MB})
        .run(2000, {parent: 1, cpuMs: 9_000, rssBytes: 900 * MB})
    machine(100)
    await vitals.look()
    expect(vitals.of('a_developer')).to.deep.equal({cpuPercent: null, rssBytes: 251 * MB, processes: 3})
    await world.clock.advance(10_000)
    machine(200)
    await vitals.look()
    expect(vitals.of('a_developer')).to.deep.equal({cpuPercent: 4, rssBytes: 251 * MB, processes: 3})
    expect(vitals.hasToolsAtWork('a_developer')).to.equal(true)
    expect(vitals.of('a_tester')).to.equal(null)
    await world.clock.advance(10_000)
    world.host.run(1000, {startedAt: '1', cpuMs: 900, rssBytes: MB})
    await vitals.look()
    expect(vitals.hasToolsAtWork('a_developer'), 'its own work is seen elsewhere').to.equal(false)
  })

  it('takes another process with the same number for another, and looks at nothing when nobody lives', async () => {
    const world = aWorld({projects: [aProject()]})
    const vitals = new ProcessUsage(world)
    world.host.run(1000, {startedAt: '99', rssBytes: MB})
    await vitals.look()
    expect(vitals.of('a_developer')).to.include({processes: 0})
    await world.store.update('p_1', (project) => ({...project, agents: [anAgent({state: 'exited'})]}))
    world.host.census = () => Promise.reject(new Error('looked'))
    await vitals.look()
    expect(vitals.of('a_developer')).to.equal(null)
  })
})
