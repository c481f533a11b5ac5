import {expect} from 'chai'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {Schedule, type PeriodicJob} from '../../../src/services/supervisor/schedule.js'

/** The fake clock, with what was slept for. */
class WatchedClock extends FakeClock {
  readonly sleeps: number[] = []

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms)
    return super.sleep(ms, signal)
  }
}

describe('Schedule', () => {
  const clock = () => world.clock
  let world: {clock: WatchedClock; logger: MemoryLogger}
  let schedule: Schedule
  let stop: AbortController
  let ran: string[]
  let crumbs: string[]
  let failures: unknown[]

  const job = (name: string, everyMs: number, run: PeriodicJob['run'] = () => {}): PeriodicJob => ({
    name,
    everyMs,
    run: (signal) => {
      ran.push(`${name} ${clock().monotonic()}`)
      return run(signal)
    },
  })
  const begin = (...jobs: PeriodicJob[]) => {
    const remove = schedule.add(...jobs)
    void schedule.run(stop.signal)
    return remove
  }

  beforeEach(() => {
    world = {clock: new WatchedClock(), logger: new MemoryLogger()}
    stop = new AbortController()
    ran = []
    crumbs = []
    failures = []
    schedule = new Schedule({
      ...world,
      leaveCrumb: async (plugin, what, work) => {
        crumbs.push(`drop ${plugin} ${what}`)
        await work().finally(() => crumbs.push('pick up'))
      },
      onFailure: ({name, plugin}, error) => failures.push([name, plugin, (error as Error).message]),
    })
  })

  afterEach(() => stop.abort())

  it('runs each job at the multiples of its interval, in the order of the table', async () => {
    begin(job('second', 1_000), job('often', 250), job('rare', 2_000))
    await clock().advance(2_000)
    expect(ran).to.deep.equal([
      ...['often 250', 'often 500', 'often 750', 'second 1000', 'often 1000'],
      ...['often 1250', 'often 1500', 'often 1750', 'second 2000', 'often 2000', 'rare 2000'],
    ])
  })

  it('sleeps once for all jobs: one timer, for the one that is due first', async () => {
    begin(job('second', 1_000), job('rare', 5_000))
    await clock().advance(5_000)
    expect(clock().sleeping).to.equal(1)
    expect(clock().sleeps).to.deep.equal([1_000, 1_000, 1_000, 1_000, 1_000, 1_000])
  })

  it('runs no timer for a job without work, and runs it as soon as a change gives it some', async () => {
    let hasWork = false
    begin({...job('mail', 250), hasWork: () => hasWork}, job('rare', 30_000))
    await clock().advance(40_000)
    expect(ran).to.deep.equal(['rare 30000'])
    expect(clock().sleeps).to.deep.equal([30_000, 30_000])
    hasWork = true
    schedule.wake()
    await clock().advance(250)
    expect(ran).to.deep.equal(['rare 30000', 'mail 40000', 'mail 40250'])
  })

  it('is not held up by a run that never ends, never runs that job twice at once, and says so once', async () => {
    begin(
      job('stuck', 1_000, () => new Promise(() => {})),
      job('other', 30_000),
    )
    await clock().advance(150_000)
    expect(ran.filter((each) => each.startsWith('stuck'))).to.deep.equal(['stuck 1000'])
    expect(ran.filter((each) => each.startsWith('other'))).to.have.length(5)
    expect(world.logger.lines.map(({message}) => message)).to.deep.equal(['stuck: a run has not ended, and no other is started until then'])
  })

  for (const [how, fail] of [
    ['throws', () => expect.fail('EIO')],
    ['rejects', () => Promise.reject(new Error('EIO'))],
  ] as const)
    it(`logs and tells a run that ${how}, runs the others, and runs it again`, async () => {
      begin(job('broken', 1_000, fail), job('other', 1_000))
      await clock().advance(2_000)
      expect(ran).to.deep.equal(['broken 1000', 'other 1000', 'broken 2000', 'other 2000'])
      expect(failures).to.deep.equal([
        ['broken', undefined, 'EIO'],
        ['broken', undefined, 'EIO'],
      ])
      expect(world.logger.lines.map(({level, message}) => `${level} ${message}`)).to.deep.equal([
        'error broken could not be handled',
        'error broken could not be handled',
      ])
    })

  it('leaves a crumb while a plugin is at work, and names the plugin when it fails', async () => {
    begin(job('own', 1_000), {...job('lines', 1_000, () => Promise.reject(new Error('no'))), plugin: 'orch-plugin-lines'})
    await clock().advance(1_000)
    expect(crumbs).to.deep.equal(['drop orch-plugin-lines lines', 'pick up'])
    expect(failures).to.deep.equal([['lines', 'orch-plugin-lines', 'no']])
  })

  it('takes jobs in while it runs, earlier than what it sleeps for, and takes them out with what they are at', async () => {
    begin(job('rare', 10_000))
    await clock().advance(3_500)
    let ended = false
    const remove = schedule.add(
      job(
        'late',
        1_000,
        (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve((ended = true) as never))),
      ),
    )
    await clock().advance(1_000)
    expect(ran).to.deep.equal(['late 4000'])
    remove()
    await clock().advance(5_500)
    expect({ran, ended}).to.deep.equal({ran: ['late 4000', 'rare 10000'], ended: true})
  })

  it('ends with its signal, and aborts what runs', async () => {
    let aborted = false
    schedule.add(job('long', 1_000, (signal) => signal.addEventListener('abort', () => (aborted = true))))
    const running = schedule.run(stop.signal)
    await clock().advance(1_000)
    stop.abort()
    await running
    await clock().advance(10_000)
    expect({ran, aborted, sleeping: clock().sleeping}).to.deep.equal({ran: ['long 1000'], aborted: true, sleeping: 0})
  })
})
