import {expect} from 'chai'
import {aRun} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

const RUN = aRun({process: {pid: 10, startedAt: '1'}})
const marked = {env: {ORCH_RUN: RUN.id}}

describe('RunProcesses', () => {
  const open = () => {
    const world = aWorld()
    const sweep = async (run = RUN) => {
      let over = false
      const sweeping = world.leftovers.sweep(run).finally(() => (over = true))
      for (let round = 0; round < 400 && !over; round++) await world.clock.advance(50)
      await sweeping
    }
    return {world, sweep, signals: () => world.host.signals.map(({pid, signal}) => `${signal} ${pid}`)}
  }

  it('looks at the machine once for all who ask at the same time, and again for who asks later', async () => {
    const {world} = open()
    const runs = Array.from({length: 40}, (_, index) => aRun({id: `r_${index}`, process: {pid: 100 + index, startedAt: '1'}}))
    for (const {id, process} of runs) world.host.run(process!.pid, {env: {ORCH_RUN: id}})
    let looks = 0
    const families = world.host.families.bind(world.host)
    world.host.families = async (...asked) => {
      looks += 1
      return families(...asked)
    }
    const pidsOf = async (run: (typeof runs)[number]) => (await world.leftovers.of(run)).map(({pid}) => pid)
    expect(await Promise.all(runs.map(pidsOf))).to.deep.equal(runs.map(({process}) => [process!.pid]))
    expect(looks).to.equal(1)
    world.host.exit(100)
    expect(await pidsOf(runs[0]!)).to.deep.equal([])
    expect(looks).to.equal(2)
  })

  it('answers who asks after a look that failed', async () => {
    const {world} = open()
    world.host.run(11, marked)
    const families = world.host.families.bind(world.host)
    world.host.families = () => Promise.reject(new Error('no /proc'))
    const failed = await Promise.allSettled([world.leftovers.of(RUN), world.leftovers.of(RUN)])
    expect(failed.map(({status}) => status)).to.deep.equal(['rejected', 'rejected'])
    world.host.families = families
    expect((await world.leftovers.of(RUN)).map(({pid}) => pid)).to.deep.equal([11])
  })

  it('leaves who ends by itself alone', async () => {
    const {world, sweep, signals} = open()
    world.host.run(11, marked)
    const sweeping = sweep()
    world.host.exit(11)
    await sweeping
    expect(signals()).to.deep.equal([])
  })

  it('ends who has the run in its environment, and who was recorded in its tree, TERM before KILL', async () => {
    const {world, sweep, signals} = open()
    world.host
      .run(11, marked)
      .run(12, {startedAt: '7', diesOf: 'SIGKILL'})
      .run(99, {env: {ORCH_RUN: 'another'}})
    await sweep({...RUN, tree: [{pid: 12, startedAt: '7'}]})
    expect(signals()).to.deep.equal(['SIGTERM 11', 'SIGTERM 12', 'SIGKILL 12'])
  })

  it('never touches a process that has only the pid of one that ended', async () => {
    const {world, sweep, signals} = open()
    world.host.run(10, {startedAt: 'later'}).run(12, {startedAt: 'later'})
    await sweep({...RUN, tree: [{pid: 12, startedAt: '7'}]})
    expect(signals()).to.deep.equal([])
  })

  it('finds the processes of many runs in one look at the machine', async () => {
    const {world} = open()
    world.host
      .run(10)
      .run(11, marked)
      .run(20, {env: {ORCH_RUN: 'r_2'}})
      .run(21, {startedAt: '7'})
    let looks = 0
    const families = world.host.families.bind(world.host)
    world.host.families = (...asked) => ((looks += 1), families(...asked))
    const found = await world.leftovers.ofAll([
      RUN,
      aRun({id: 'r_2', process: null, tree: [{pid: 21, startedAt: '7'}]}),
      aRun({id: 'r_3', process: null}),
    ])
    expect(found.map((family) => family.map(({pid}) => pid))).to.deep.equal([[10, 11], [20, 21], []])
    expect(looks).to.equal(1)
  })

  it('gives up on who cannot be killed', async () => {
    const {world, sweep, signals} = open()
    world.host.run(11, {...marked, diesOf: null})
    await sweep()
    expect(signals()).to.deep.equal(['SIGTERM 11', 'SIGKILL 11'])
  })
})
