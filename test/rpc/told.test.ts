import {expect} from 'chai'
import {told} from '../../src/rpc/told.js'
import {failureOf} from '../support/failure.js'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('told', () => {
  it('brings every item and then the result, also to a reader that is slower than the work', async () => {
    const items = told<string, number>(async (tell) => {
      for (const line of ['one', '', 'three']) tell(line)
      return 7
    })
    const seen: unknown[] = []
    for await (const item of items) {
      seen.push(item)
      await turn()
    }
    expect(seen).to.deep.equal(['one', '', 'three', 7])
  })

  it('brings an item as soon as it is told, before the work is over', async () => {
    let finish = (_: number): void => {}
    const items = told<string, number>((tell) => {
      tell('one')
      return new Promise((resolve) => (finish = resolve))
    })
    expect(await items.next()).to.deep.equal({value: 'one', done: false})
    const next = items.next()
    finish(7)
    expect(await next).to.deep.equal({value: 7, done: false})
    expect((await items.next()).done).to.equal(true)
  })

  it('fails with what the work fails with, after what it told', async () => {
    const seen: string[] = []
    const failing = async () => {
      const items = told<string, never>(async (tell) => {
        tell('one')
        await turn()
        tell('two')
        throw new Error('no agent')
      })
      for await (const item of items) seen.push(item)
    }
    expect((await failureOf(failing())).message).to.equal('no agent')
    expect(seen).to.deep.equal(['one', 'two'])
  })

  it('leaves no rejection behind when its reader goes away before the work fails', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const items = told<string, never>(async (tell) => {
      tell('one')
      await turn()
      throw new Error('too late')
    })
    await items.next()
    await items.return(undefined)
    for (let round = 0; round < 3; round++) await turn()
    process.off('unhandledRejection', note)
    expect(unhandled).to.deep.equal([])
  })
})
