import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {expect} from 'chai'
import {FakeClock, FakeRunner} from '@orch/plugin-kit/testing'
import {SystemHost} from '../../src/ledger/host.js'

describe('SystemHost', () => {
  let clock: FakeClock
  let host: SystemHost
  beforeEach(() => {
    clock = new FakeClock()
    host = new SystemHost(clock, new FakeRunner())
  })

  it('never overstates the time since a stamp, wherever the wall clock is set', async () => {
    const stamp = await host.stamp()
    clock.jump(-500_000)
    await clock.advance(30_000)
    expect(await host.ageOf(stamp)).to.be.within(29_950, 30_000)
    clock.jump(900_000)
    expect(await host.ageOf(stamp)).to.be.within(29_950, 30_000)
  })

  it('compares stamps between two instances, as between two supervisors', async () => {
    const stamp = await host.stamp()
    const other = new SystemHost(clock, new FakeRunner())
    expect(await other.ageOf(stamp)).to.be.within(0, 1_000)
  })

  it('knows no time for a stamp of another boot', async () => {
    expect(await host.ageOf({...(await host.stamp()), boot: 'another'})).to.equal(null)
  })

  it('tells a process that runs from one that ended and from one that has its pid now', async () => {
    const self = await host.self()
    expect(await host.isAlive(self)).to.equal(true)
    expect(await host.isAlive({...self, startedAt: '1'})).to.equal(false)
    const child = spawn('true')
    const ended = once(child, 'exit')
    const pid = child.pid!
    await ended
    expect(await host.isAlive({pid, startedAt: self.startedAt})).to.equal(false)
  })
})
