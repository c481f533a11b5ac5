import {expect} from 'chai'
import {GroupCommit} from '../../src/adapters/group-commit.js'
import {failureOf} from '../support/failure.js'

/** A disk whose writes end when, and as, a test says. */
class SlowDisk {
  readonly written: string[] = []
  readonly #pending: {resolve: () => void; reject: (error: Error) => void}[] = []

  readonly write = (value: string): Promise<void> => {
    this.written.push(value)
    return new Promise((resolve, reject) => this.#pending.push({resolve, reject}))
  }

  get writing(): number {
    return this.#pending.length
  }

  /** The write under way ends. */
  async end(error?: Error): Promise<void> {
    await turn()
    const write = this.#pending.shift()
    if (!write) throw new Error('nothing is being written')
    if (error) write.reject(error)
    else write.resolve()
    await turn()
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const add = (text: string) => (value: string) => value + text

describe('GroupCommit', () => {
  let disk: SlowDisk
  let state: GroupCommit<string>
  beforeEach(() => {
    disk = new SlowDisk()
    state = new GroupCommit<string>('', disk.write)
  })

  it('writes changes made together in one', async () => {
    const all = Promise.all([state.update(add('a')), state.update(add('b')), state.update(add('c'))])
    await disk.end()
    expect(await all).to.deep.equal(['a', 'ab', 'abc'])
    expect(disk.written).to.deep.equal(['abc'])
  })

  it('shows a change at once, and resolves only when it is durable', async () => {
    let durable = false
    const update = state.update(add('a')).then(() => (durable = true))
    await turn()
    expect(state.value).to.equal('a')
    expect(durable).to.equal(false)
    await disk.end()
    await update
    expect(durable).to.equal(true)
  })

  it('writes what came during a write with the next, and one at a time', async () => {
    const first = state.update(add('a'))
    await turn()
    const later = [state.update(add('b')), state.update(add('c'))]
    expect(disk.writing).to.equal(1)
    await disk.end()
    await first
    await disk.end()
    expect(await Promise.all(later)).to.deep.equal(['ab', 'abc'])
    expect(disk.written).to.deep.equal(['a', 'abc'])
  })

  it('takes back everything that is not durable when a write fails', async () => {
    const kept = state.update(add('kept'))
    await disk.end()
    await kept
    const full = new Error('ENOSPC')
    const group = [state.update(add('1')), state.update(add('2'))].map(failureOf)
    await turn()
    const later = failureOf(state.update(add('3')))
    await disk.end(full)
    expect(await Promise.all(group)).to.deep.equal([full, full])
    // What came during the failed write stood on it: it fails for the same reason.
    expect(await later).to.equal(full)
    expect(state.value).to.equal('kept')
    expect(disk.written).to.deep.equal(['kept', 'kept12'])
  })

  it('goes on when the disk takes something again', async () => {
    const lost = failureOf(state.update(add('lost')))
    await disk.end(new Error('ENOSPC'))
    await lost
    const found = state.update(add('found'))
    await disk.end()
    expect(await found).to.equal('found')
    expect(state.value).to.equal('found')
  })

  it('changes nothing when the change itself throws', async () => {
    const refused = await failureOf(() =>
      state.update(() => {
        throw new Error('illegal')
      }),
    )
    expect(refused.message).to.equal('illegal')
    expect(state.value).to.equal('')
    expect(disk.writing).to.equal(0)
  })
})
