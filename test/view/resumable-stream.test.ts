import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {OVER, type Over} from '../../src/rpc/end-of-stream.js'
import {outlast} from '../../src/view/resumable-stream.js'
import {failureOf} from '../support/failure.js'

const LOST = new OrchError('ORCH_SUPERVISOR', {why: 'socket hang up', log: '/log'})

describe('outlast', () => {
  let looks: number
  let abort: AbortController
  beforeEach(() => {
    looks = 0
    abort = new AbortController()
  })

  /** Streams of numbers, each one ending with what stands last; a supervisor that is there at every second look. */
  const told = async (...streams: (number | Over | Error)[][]): Promise<number[]> => {
    const client = {peek: async () => (++looks % 2 === 0 ? {} : null)} as unknown as SupervisorClient
    const numbers: number[] = []
    async function* open(): AsyncGenerator<{n: number} | Over> {
      for (const item of streams.shift() ?? []) {
        if (item instanceof Error) throw item
        yield typeof item === 'number' ? {n: item} : item
      }
    }
    for await (const {n} of outlast(client, open, abort.signal)) numbers.push(n)
    return numbers
  }

  it('ends where the stream says that it is over, and only there', async () => {
    expect(await told([1, 2, OVER], [3])).to.deep.equal([1, 2])
    expect(looks).to.equal(0)
  })

  it('opens it again when the supervisor is killed or stops, once one runs again', async () => {
    expect(await told([1, LOST], [2], [LOST], [3, OVER])).to.deep.equal([1, 2, 3])
    expect(looks).to.equal(6)
  })

  it('fails with what the supervisor says', async () => {
    const refused = new OrchError('ORCH_NOT_FOUND', {what: 'project', name: 'x'})
    expect(await failureOf(told([1, refused]))).to.equal(refused)
  })

  it('lets go when it is told to', async () => {
    setTimeout(() => abort.abort(), 20)
    expect(await told([1])).to.deep.equal([1])
  })
})
