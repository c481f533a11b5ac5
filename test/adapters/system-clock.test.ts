import {expect} from 'chai'
import {SystemClock} from '../../src/adapters/system-clock.js'
import {failureOf} from '../support/failure.js'

describe('SystemClock', () => {
  const clock = new SystemClock()

  it('sleeps no shorter than asked, on a clock that does not go back', async () => {
    const start = clock.monotonic()
    await clock.sleep(20)
    // Node's timers may fire up to a millisecond early.
    expect(clock.monotonic() - start).to.be.at.least(19)
    expect(Number.isInteger(clock.now())).to.equal(true)
  })

  it('takes a time that has passed for none', async () => {
    await clock.sleep(-1000)
  })

  // Node lets a timer of more than 2^31 - 1 ms ring at once.
  it('sleeps for a month when it is asked to', async () => {
    const abort = new AbortController()
    const sleep = failureOf(clock.sleep(30 * 86_400_000, abort.signal))
    expect(await Promise.race([sleep, clock.sleep(20)])).to.equal(undefined)
    abort.abort(new Error('enough'))
    await sleep
  })

  it('ends a sleep with the reason of its signal', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    const sleep = failureOf(clock.sleep(60_000, abort.signal))
    abort.abort(reason)
    expect(await sleep).to.equal(reason)
    expect(await failureOf(clock.sleep(60_000, abort.signal))).to.equal(reason)
  })
})
