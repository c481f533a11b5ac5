import {expect} from 'chai'
import fc from 'fast-check'
import {FakeClock} from '../../src/testing/index.js'

describe('FakeClock', () => {
  it('stands until it is told to move', async () => {
    const clock = new FakeClock(5)
    let woke = false
    void clock.sleep(10).then(() => (woke = true))
    await clock.advance(9)
    expect({woke, now: clock.now(), monotonic: clock.monotonic(), sleeping: clock.sleeping}).to.deep.equal({
      woke: false,
      now: 14,
      monotonic: 9,
      sleeping: 1,
    })
    await clock.advance(1)
    expect({woke, sleeping: clock.sleeping}).to.deep.equal({woke: true, sleeping: 0})
  })

  it('wakes in order, each at its own time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({min: 0, max: 1000}), {maxLength: 8}), async (times) => {
        const clock = new FakeClock(0)
        const woken: number[] = []
        for (const ms of times) void clock.sleep(ms).then(() => woken.push(clock.now()))
        await clock.advance(1000)
        expect(woken).to.deep.equal([...times].sort((a, b) => a - b))
      }),
      {numRuns: 20},
    )
  })

  it('lets who was woken sleep again inside one advance', async () => {
    const clock = new FakeClock(0)
    const seen: number[] = []
    const loop = async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(100)
        seen.push(clock.now())
      }
    }
    void loop()
    await clock.advance(250)
    expect(seen).to.deep.equal([100, 200])
    await clock.advance(50)
    expect(seen).to.deep.equal([100, 200, 300])
  })

  it('jumps the wall clock and touches no duration', async () => {
    const clock = new FakeClock(1000)
    let woke = false
    void clock.sleep(50).then(() => (woke = true))
    clock.jump(-500)
    clock.jump(3_600_000)
    expect(clock.now()).to.equal(3_600_500)
    expect(clock.monotonic()).to.equal(0)
    await clock.advance(0)
    expect(woke).to.equal(false)
    await clock.advance(50)
    expect(woke).to.equal(true)
    expect(clock.now()).to.equal(3_600_550)
  })

  it('ends a sleep with the reason of its signal, and forgets the sleeper', async () => {
    const clock = new FakeClock()
    const abort = new AbortController()
    const sleep = clock.sleep(10, abort.signal).catch((error: unknown) => error)
    const reason = new Error('enough')
    abort.abort(reason)
    expect(await sleep).to.equal(reason)
    expect(clock.sleeping).to.equal(0)
    expect(await clock.sleep(10, abort.signal).catch((error: unknown) => error)).to.equal(reason)
  })
})
