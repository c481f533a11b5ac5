import {once} from 'node:events'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {expect} from 'chai'
import {timeoutSignal} from '../../src/adapters/timeout-signal.js'

describe('timeoutSignal', () => {
  it('ends by itself, or with the caller', async () => {
    const caller = new AbortController()
    await once(timeoutSignal(caller.signal, 1), 'abort')
    const long = timeoutSignal(caller.signal, 60_000)
    caller.abort()
    expect(long.aborted).to.equal(true)
    expect(timeoutSignal(caller.signal, 60_000).aborted).to.equal(true)
  })

  it('ends although nobody else knows it and the heap was collected', async () => {
    const collect = exposedGc()
    const ended = once(timeoutSignal(new AbortController().signal, 50), 'abort')
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    // What waits for it keeps the process alive in earnest; here a timer does.
    const alive = setTimeout(() => undefined, 60_000)
    await ended
    clearTimeout(alive)
  })

  // Node lets a timer of more than 2^31 - 1 ms ring at once, and throws for one of more than 2^32 - 1.
  for (const days of [30, 3_650]) {
    it(`lasts for a wait of ${days} days`, async () => {
      const warnings: Error[] = []
      const warned = (warning: Error) => void warnings.push(warning)
      process.on('warning', warned)
      try {
        const signal = timeoutSignal(new AbortController().signal, days * 86_400_000)
        await new Promise((resolve) => setTimeout(resolve, 20))
        expect(signal.aborted).to.equal(false)
        expect(warnings).to.deep.equal([])
      } finally {
        process.removeListener('warning', warned)
      }
    })
  }
})

/** The collector, which V8 shows to contexts made after the flag. */
function exposedGc(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
