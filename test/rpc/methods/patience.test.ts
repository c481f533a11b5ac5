import {once} from 'node:events'
import {expect} from 'chai'
import {patience} from '../../../src/rpc/methods/patience.js'

describe('patience', () => {
  it('ends by itself, or with the caller', async () => {
    const caller = new AbortController()
    await once(patience(caller.signal, 1), 'abort')
    const long = patience(caller.signal, 60_000)
    caller.abort()
    expect(long.aborted).to.equal(true)
  })

  // Node lets a timer of more than 2^31 - 1 ms ring at once, and throws for one of more than 2^32 - 1.
  for (const days of [30, 3_650]) {
    it(`lasts for a wait of ${days} days`, async () => {
      const warnings: Error[] = []
      const warned = (warning: Error) => void warnings.push(warning)
      process.on('warning', warned)
      try {
        const signal = patience(new AbortController().signal, days * 86_400_000)
        await new Promise((resolve) => setTimeout(resolve, 20))
        expect(signal.aborted).to.equal(false)
        expect(warnings).to.deep.equal([])
      } finally {
        process.removeListener('warning', warned)
      }
    })
  }
})
