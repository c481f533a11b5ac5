import {FakeClock} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {ChangeFeed, type FeedItem} from '../../../src/services/record/change-feed.js'
import {aProject} from '../../support/builders.js'
import {failureOf} from '../../support/failure.js'
import type {Project} from '../../../src/domain/model/project.js'

const item = (name: string, id = 'p_1'): FeedItem => ({project: aProject({id, name}), events: []})

describe('ChangeFeed', () => {
  let clock: FakeClock

  beforeEach(() => (clock = new FakeClock()))

  const aFeed = (project?: Project) => new ChangeFeed({store: {project: () => project}, clock})

  it('tells everyone who listens, until they stop', () => {
    const feed = aFeed()
    const [one, two]: [string[], string[]] = [[], []]
    const stop = feed.subscribe(({project}) => one.push(project.name))
    feed.subscribe(({project}) => two.push(project.name))
    feed.publish(item('a'))
    stop()
    feed.publish(item('b'))
    expect([one, two]).to.deep.equal([['a'], ['a', 'b']])
  })

  it('says in between that nothing was told for a while, and ends with the signal', async () => {
    const feed = aFeed()
    const abort = new AbortController()
    const items = feed.itemsAndPauses(abort.signal, 1_000)
    const first = items.next()
    await clock.advance(1_000)
    expect((await first).value).to.equal(null)
    const second = items.next()
    feed.publish(item('a'))
    feed.publish(item('b'))
    expect((await second).value?.project.name).to.equal('a')
    expect((await items.next()).value?.project.name).to.equal('b')
    const last = items.next()
    abort.abort()
    expect((await last).done).to.equal(true)
  })

  describe('items', () => {
    it('loses none that came while one was being looked at, and ends with the signal', async () => {
      const feed = aFeed()
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
      const feed = aFeed()
      const abort = new AbortController()
      const next = feed.items(abort.signal).next()
      abort.abort()
      expect(await next).to.deep.equal({done: true, value: undefined})
    })
  })

  describe('until', () => {
    it('looks at what is there first', async () => {
      await aFeed(aProject({state: 'running'})).until('p_1', ({state}) => state === 'running', AbortSignal.abort())
    })

    it('waits for the project it was asked about', async () => {
      const feed = aFeed(aProject({name: 'no'}))
      let done = false
      const wait = feed.until('p_1', ({name}) => name === 'yes', new AbortController().signal).then(() => (done = true))
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
      const wait = failureOf(aFeed().until('p_1', () => true, abort.signal))
      abort.abort(reason)
      expect(await wait).to.equal(reason)
    })
  })

  describe('within', () => {
    const isYes = ({name}: Project) => name === 'yes'

    it('says that it came in time, at once and without a timer left', async () => {
      const feed = aFeed(aProject({name: 'no'}))
      const wait = feed.within('p_1', isYes, 1_000)
      feed.publish(item('yes'))
      expect(await wait).to.equal(true)
      expect(clock.sleeping).to.equal(0)
    })

    it('says that it did not, and listens no longer', async () => {
      const feed = aFeed(aProject({name: 'no'}))
      let asked = 0
      const wait = feed.within('p_1', (project) => Boolean(++asked) && isYes(project), 1_000)
      await clock.advance(1_000)
      expect(await wait).to.equal(false)
      feed.publish(item('yes'))
      await clock.advance(0)
      expect(asked).to.equal(1)
    })

    it('ends with the reason of its signal', async () => {
      const abort = new AbortController()
      const reason = new Error('enough')
      const wait = failureOf(aFeed().within('p_1', isYes, 1_000, abort.signal))
      abort.abort(reason)
      expect(await wait).to.equal(reason)
      expect(clock.sleeping).to.equal(0)
    })
  })
})
