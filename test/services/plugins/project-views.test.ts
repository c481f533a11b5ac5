import type {ProjectChange} from '@orch/plugin-kit'
import {expect} from 'chai'
import {ProjectViews} from '../../../src/services/plugins/project-views.js'
import {aMessage, aProject} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

describe('ProjectViews', () => {
  let world: World
  let views: ProjectViews
  let end: AbortController

  beforeEach(() => {
    world = aWorld({projects: [aProject({messages: [aMessage()]}), aProject({id: 'p_2', state: 'cancelled', finishedAt: 1})]})
    views = new ProjectViews()
    end = new AbortController()
  })
  afterEach(() => end.abort())

  const open = () => views.open({...world, settingsOf: () => ({greeting: {word: 'hi'}})})
  const rename = (name: string) => world.recorder.change('p_1', (project) => ({project: {...project, name}, events: []}))
  async function next(changes: AsyncIterator<ProjectChange>): Promise<ProjectChange> {
    const {value, done} = await changes.next()
    expect(done).to.equal(false)
    return value as ProjectChange
  }

  it('finds what ids of events mean', async () => {
    open()
    expect(views.list().map(({id}) => id)).to.deep.equal(['p_1'])
    expect(views.get('p_1')?.settings).to.deep.equal({greeting: {word: 'hi'}})
    expect(views.get('p_2')).to.equal(undefined)
    expect((await views.load('p_2'))?.state).to.equal('cancelled')
    expect(views.agent('p_1', 'a_developer')?.role).to.equal('developer')
    expect(views.message('p_1', 'm_1')?.text).to.equal('hello')
    for (const nothing of [views.agent('p_1', 'a_x'), views.agent('p_x', 'a_developer'), views.message('p_1', 'm_x')])
      expect(nothing).to.equal(undefined)
  })

  it('makes one view of a state, and another of the next', async () => {
    open()
    const before = views.get('p_1')
    expect(views.get('p_1')).to.equal(before)
    await rename('other')
    expect(views.get('p_1')?.name).to.equal('other')
    expect(before?.name).to.equal('demo')
  })

  it('says that there is nothing to see before the records are open', async () => {
    for (const read of [() => views.list(), () => views.get('p_1'), () => views.agent('p_1', 'a'), () => views.message('p_1', 'm')])
      expect(read).to.throw('before orch had opened its records').with.property('code', 'ORCH_INTERNAL')
    await refusal('ORCH_INTERNAL', views.load('p_1'))
  })

  it('tells of commits in order to whom asked before there were any, until the signal', async () => {
    const changes = views.changes(end.signal)[Symbol.asyncIterator]()
    open()
    await rename('one')
    await rename('two')
    expect((await next(changes)).project.name).to.equal('one')
    expect(await next(changes)).to.deep.include({missed: 0, events: []})
    const last = changes.next()
    end.abort()
    expect(await last).to.deep.equal({value: undefined, done: true})
  })

  it('ends all streams when orch stops', async () => {
    open()
    const changes = views.changes(end.signal)[Symbol.asyncIterator]()
    const last = changes.next()
    views.close()
    expect((await last).done).to.equal(true)
    expect((await views.changes(end.signal)[Symbol.asyncIterator]().next()).done).to.equal(true)
  })

  it('does not grow with a reader that is slow, and says how much it left out', async () => {
    open()
    const changes = views.changes(end.signal)[Symbol.asyncIterator]()
    for (let index = 0; index < 1_003; index++) await rename(`name ${index}`)
    const first = await next(changes)
    expect([first.project.name, first.missed]).to.deep.equal(['name 3', 3])
    expect((await next(changes)).missed).to.equal(0)
  })
})
