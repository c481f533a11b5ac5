import {expect} from 'chai'
import type {LoggedEvent} from '../../../src/domain/event.js'
import {moveProject} from '../../../src/domain/project.js'
import type {StreamMethod} from '../../../src/rpc/method.js'
import {eventStream} from '../../../src/rpc/methods/event-stream.js'
import {OVER, type Over} from '../../../src/rpc/end-of-stream.js'
import {aProject, anAgent, EPOCH} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

type Item = LoggedEvent | Over

describe('project.events', () => {
  let world: World
  let abort: AbortController
  const open = (params: object): AsyncIterator<Item> => {
    const method = eventStream({...world, named: async () => world.project()}) as StreamMethod<object, Item>
    return method.handle(params, {caller: {agent: null}, signal: abort.signal})[Symbol.asyncIterator]()
  }
  const note = (text: string) => world.recorder.note(world.project(), {type: 'incident', agent: null, data: {text}})
  const take = async (items: AsyncIterator<Item>, count: number): Promise<unknown[]> => {
    const taken: unknown[] = []
    while (taken.length < count) {
      const {value, done} = await items.next()
      if (done) return [...taken, 'end']
      taken.push('over' in value ? OVER : (value.data['text'] ?? value.data['to']))
    }
    return taken
  }

  beforeEach(() => {
    world = aWorld({projects: [aProject({agents: [anAgent({state: 'stopped'})]})]})
    abort = new AbortController()
  })
  afterEach(() => abort.abort())

  it('tells what is in the log, and ends', async () => {
    for (const text of ['a', 'b']) note(text)
    expect(await take(open({}), 9)).to.deep.equal(['a', 'b', 'end'])
  })

  it('goes on behind what was told before, with what comes, until the project is over', async () => {
    for (const text of ['a', 'b', 'c']) note(text)
    const items = open({follow: true, after: 2})
    expect(await take(items, 1)).to.deep.equal(['c'])
    const coming = take(items, 9)
    for (const text of ['d', 'e']) note(text)
    await world.recorder.change('p_1', (project, now) =>
      moveProject(project, 'cancelled', {source: 'person', what: 'stopped', at: now}, {finishedAt: EPOCH}),
    )
    expect(await coming).to.deep.equal(['d', 'e', 'cancelled', OVER, 'end'])
  })

  it('tells the end of a project that is over only in memory yet, before it says so', async () => {
    const update = world.store.update.bind(world.store)
    world.store.update = async (id, change) => {
      const project = await update(id, change)
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
      return project
    }
    const ending = world.recorder.change('p_1', (project, now) =>
      moveProject(project, 'cancelled', {source: 'person', what: 'stopped', at: now}, {finishedAt: EPOCH}),
    )
    expect(await take(open({follow: true}), 9)).to.deep.equal(['cancelled', OVER, 'end'])
    await ending
  })

  it('says that it is over when nothing more can happen', async () => {
    world = aWorld({projects: [aProject({state: 'completed', agents: [anAgent({state: 'stopped'})]})]})
    expect(await take(open({follow: true}), 9)).to.deep.equal([OVER, 'end'])
  })

  it('ends without a word when the caller, or the supervisor, goes away', async () => {
    const coming = take(open({follow: true}), 9)
    setImmediate(() => abort.abort())
    expect(await coming).to.deep.equal(['end'])
  })
})
