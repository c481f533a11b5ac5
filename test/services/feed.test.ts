import {expect} from 'chai'
import {Feed, type FeedItem} from '../../src/services/feed.js'
import {aProject} from '../support/builders.js'
import {failureOf} from '../support/failure.js'

const item = (name: string, id = 'p_1'): FeedItem => ({project: aProject({id, name}), events: []})

describe('Feed', () => {
  it('tells everyone who listens, until they stop', () => {
    const feed = new Feed()
    const [one, two]: [string[], string[]] = [[], []]
    const stop = feed.subscribe(({project}) => one.push(project.name))
    feed.subscribe(({project}) => two.push(project.name))
    feed.publish(item('a'))
    stop()
    feed.publish(item('b'))
    expect([one, two]).to.deep.equal([['a'], ['a', 'b']])
  })

  describe('items', () => {
    it('loses none that came while one was being looked at, and ends with the signal', async () => {
      const feed = new Feed()
      const abort = new AbortController()
      const seen: string[] = []
      const reading = (async () => {
        for await (const {project} of feed.items(abort.signal)) {
          seen.push(project.name)
          if (project.name === 'a') ['b', 'c'].forEach((name) => feed.publish(item(name)))
          if (project.name === 'c') abort.abort()
        }
      })()
      feed.publish(item('a'))
      await reading
      expect(seen).to.deep.equal(['a', 'b', 'c'])
    })

    it('end while they wait, and leave nobody listening', async () => {
      const feed = new Feed()
      const abort = new AbortController()
      const next = feed.items(abort.signal).next()
      abort.abort()
      expect(await next).to.deep.equal({done: true, value: undefined})
    })
  })

  describe('until', () => {
    it('looks at what is there first', async () => {
      await new Feed().until(
        'p_1',
        () => aProject({state: 'running'}),
        ({state}) => state === 'running',
        AbortSignal.abort(),
      )
    })

    it('waits for the project it was asked about', async () => {
      const feed = new Feed()
      let done = false
      const wait = feed
        .until(
          'p_1',
          () => aProject({name: 'no'}),
          ({name}) => name === 'yes',
          new AbortController().signal,
        )
        .then(() => (done = true))
      feed.publish(item('yes', 'p_2'))
      feed.publish(item('still no'))
      await new Promise((resolve) => setImmediate(resolve))
      expect(done).to.equal(false)
      feed.publish(item('yes'))
      await wait
    })

    it('ends with the reason of its signal', async () => {
      const abort = new AbortController()
      const reason = new Error('enough')
      const wait = failureOf(
        new Feed().until(
          'p_1',
          () => undefined,
          () => true,
          abort.signal,
        ),
      )
      abort.abort(reason)
      expect(await wait).to.equal(reason)
    })
  })
})
