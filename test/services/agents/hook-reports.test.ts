import {expect} from 'chai'
import {OrchError, type HookReport} from '@orch/plugin-kit'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import type {SpooledReport} from '../../../src/domain/spooled-report.js'
import {HookReports} from '../../../src/services/agents/hook-reports.js'
import {failureOf} from '../../support/failure.js'

const FULL = new OrchError('ORCH_STORE_WRITE', {path: '/p.json', why: 'ENOSPC'})

describe('HookReports', () => {
  let clock: FakeClock
  let logger: MemoryLogger
  /** What is in the spool, in order. */
  let spooled: Map<string, SpooledReport>
  let chars: number
  let lists: number
  let held: number
  let heldAtOnce: number
  /** What was recorded, as `agent event`. */
  let recorded: string[]
  /** Recording a report waits for this. */
  let record: (agent: string, report: HookReport) => Promise<void>
  let reports: HookReports

  beforeEach(() => {
    clock = new FakeClock()
    logger = new MemoryLogger()
    spooled = new Map()
    chars = 100
    lists = held = heldAtOnce = 0
    recorded = []
    record = async () => {}
    reports = new HookReports({
      spool: {
        list: async () => {
          lists++
          return [...spooled.keys()]
        },
        read: async (name) => {
          const report = spooled.get(name)
          if (!report || report.event === 'no report') return null
          heldAtOnce = Math.max(heldAtOnce, ++held)
          return {report, chars}
        },
        remove: async (name) => {
          held--
          spooled.delete(name)
        },
      },
      identify: ({token}) => {
        if (token !== 't') throw new OrchError('ORCH_UNAUTHORISED', {why: 'the token is not that of the present run'})
        return {agent: null}
      },
      watch: {
        onReport: async (_project, agent, _run, report) => {
          await record(agent, report)
          recorded.push(`${agent} ${report.event}`)
        },
      },
      clock,
      logger,
    })
  })

  const put = (agent: string, event: string, token = 't') =>
    spooled.set(`${spooled.size}-${agent}-${event}`, {project: 'p_1', agent, run: 'r_1', token, event, payload: {}})
  const A = {project: 'p_1', agent: 'a'}
  const never = new Promise<void>(() => {})

  it('records reports of an agent in order, and removes them', async () => {
    for (const event of ['one', 'two', 'three']) put('a', event)
    // The first takes longest.
    record = async (_, {event}) => {
      if (event === 'one') await clock.advance(1)
    }
    await reports.tick()
    expect(recorded).to.deep.equal(['a one', 'a two', 'a three'])
    expect(spooled.size).to.equal(0)
  })

  it('lets no slow report of one agent hold up those of another', async () => {
    record = (agent) => (agent === 'slow' ? never : Promise.resolve())
    put('slow', 'one')
    put('a', 'one')
    const taking = reports.tick()
    await reports.takeOf(A)
    expect(recorded).to.deep.equal(['a one'])
    // Nor is it waited for without end: the next look takes what comes meanwhile.
    await clock.advance(10_000)
    await taking
    put('a', 'two')
    void reports.tick()
    await clock.advance(0)
    expect(recorded).to.deep.equal(['a one', 'a two'])
  })

  it('begins no report twice, though many look at once', async () => {
    let release = () => {}
    record = () => new Promise((resolve) => (release = resolve))
    put('a', 'one')
    const looks = [reports.tick(), reports.tick(), reports.takeOf(A), reports.tick()]
    await clock.advance(0)
    release()
    await Promise.all(looks)
    expect(recorded).to.deep.equal(['a one'])
  })

  it('takes what came while it looked: a call counts from when it is made', async () => {
    put('a', 'one')
    const first = reports.tick()
    await Promise.resolve()
    put('a', 'two')
    await Promise.all([first, reports.takeOf(A)])
    expect(recorded).to.deep.equal(['a one', 'a two'])
    expect(lists).to.equal(2)
  })

  it('keeps a report that cannot be recorded now, and those of its agent after it; others are recorded', async () => {
    record = async (agent) => {
      if (agent === 'a') throw FULL
    }
    for (const [agent, event] of [
      ['a', 'one'],
      ['b', 'one'],
      ['a', 'two'],
    ] as const)
      put(agent, event)
    expect(await failureOf(reports.tick())).to.equal(FULL)
    expect(recorded).to.deep.equal(['b one'])
    record = async () => {}
    await reports.tick()
    expect(recorded).to.deep.equal(['b one', 'a one', 'a two'])
  })

  it('refuses a forged report, says so, and takes the next', async () => {
    put('a', 'forged', 'guess')
    put('a', 'mine')
    await reports.tick()
    expect(recorded).to.deep.equal(['a mine'])
    expect(logger.lines.map(({message}) => message)).to.deep.equal(['a spooled report was refused'])
    expect(spooled.size).to.equal(0)
  })

  it('passes over what is no report', async () => {
    put('a', 'no report')
    put('a', 'two')
    await reports.tick()
    expect(recorded).to.deep.equal(['a two'])
  })

  it('takes all of a long backlog in its order, however long', async () => {
    const events = Array.from({length: 1_000}, (_, index) => String(index))
    for (const event of events) put('a', event)
    await reports.tick()
    expect(recorded).to.deep.equal(events.map((event) => `a ${event}`))
  })

  it('takes no more rounds than there was at first: what floods the spool does not hold it up for ever', async () => {
    record = async (_, {event}) => void put('a', `${event}+`)
    put('a', 'one')
    await reports.tick()
    expect(recorded).to.have.length(1)
  })

  it('holds no more in memory than the longest report and one', async () => {
    chars = 9 * 1024 * 1024
    for (let index = 0; index < 10; index++) put(`agent-${index}`, 'long')
    await reports.tick()
    expect(recorded).to.have.length(10)
    expect(heldAtOnce).to.equal(2)
  })

  it('holds up a call of an agent for a second at most', async () => {
    record = () => never
    put('a', 'one')
    let isOver = false
    const taking = reports.takeOf(A).then(() => (isOver = true))
    await clock.advance(999)
    expect(isOver).to.equal(false)
    await clock.advance(1)
    await taking
    expect(isOver).to.equal(true)
  })

  it('holds up a call of an agent with nothing when its report cannot be recorded', async () => {
    record = () => Promise.reject(FULL)
    put('a', 'one')
    await reports.takeOf(A)
    expect(spooled.size).to.equal(1)
  })

  it('takes nothing more once it is closed, and waits for what it is at', async () => {
    let release = () => {}
    record = () => new Promise((resolve) => (release = resolve))
    put('a', 'one')
    void reports.tick()
    await clock.advance(0)
    const closing = reports.close()
    put('b', 'two')
    release()
    await closing
    await reports.tick()
    expect(recorded).to.deep.equal(['a one'])
  })
})
