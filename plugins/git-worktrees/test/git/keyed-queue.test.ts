import {expect} from 'chai'
import {KeyedQueue} from '../../src/git/keyed-queue.js'

describe('KeyedQueue', () => {
  it('runs one at a time for a key, in order, also after a failure', async () => {
    const queue = new KeyedQueue()
    const log: string[] = []
    const step = (name: string, fails = false) =>
      queue.run('repo', async () => {
        log.push(`${name} begins`)
        await new Promise((resolve) => setImmediate(resolve))
        log.push(`${name} ends`)
        if (fails) throw new Error(name)
        return name
      })
    const results = await Promise.allSettled([step('a'), step('b', true), step('c')])
    expect(results.map(({status}) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(log).to.deep.equal(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('lets other keys pass', async () => {
    const queue = new KeyedQueue()
    let open = () => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const first = queue.run('one', () => gate)
    expect(await queue.run('other', async () => 'passed')).to.equal('passed')
    open()
    await first
  })
})
