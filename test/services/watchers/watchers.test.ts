import type {Act, Json, ProjectView, Watcher} from '@orch/plugin-kit'
import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {projectView} from '../../../src/domain/plugin-view.js'
import {Watchers} from '../../../src/services/watchers/watchers.js'
import type {Project} from '../../../src/domain/model/project.js'
import {aProject, anAgent, aRun, EPOCH} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

const PLUGIN = 'orch-plugin-steward'
const MINUTE = 60_000

describe('Watchers', () => {
  let world: World
  let end: AbortController
  let calls: string[]
  let failures: [string, string][]
  let works: string[]
  let leftOut: string[]

  beforeEach(() => {
    const agents = [anAgent({run: aRun({startedAt: EPOCH - MINUTE})})]
    world = aWorld({
      projects: [aProject({agents}), aProject({id: 'p_2', agents: []}), aProject({id: 'p_3', state: 'failed', finishedAt: 1})],
    })
    end = new AbortController()
    calls = []
    failures = []
    works = []
    leftOut = []
  })
  afterEach(() => end.abort())

  function watchersOf(...watchers: Watcher[]): Watchers {
    return new Watchers({
      ...world,
      watchers: watchers.map((watcher) => ({plugin: PLUGIN, watcher})),
      viewOf: (project: Project): ProjectView => projectView(project, {}),
      guard: {
        watch: (plugin, what, work, isLong) => (calls.push(`${plugin} ${what}${isLong ? ' (long)' : ''}`), work()),
        watchSync: (plugin, what, work) => (calls.push(`${plugin} ${what}`), work()),
      },
      runner: {release: async (id) => void calls.push(`release ${id}`), drive: (id) => void calls.push(`drive ${id}`)},
      isLeftOut: (plugin) => leftOut.includes(plugin),
      onFailure: (plugin, why) => void failures.push([plugin, why]),
      onSuccess: (_, part) => void works.push(part),
      schemas: new AjvValidator(),
    })
  }
  /** One look with each watcher at each project, to its end. */
  async function look(watchers: Watchers): Promise<void> {
    for (const job of watchers.jobs()) job.run(end.signal)
    await world.clock.advance(0)
  }
  const deciding = (...acts: Act[]): Watcher => ({name: 'w', everyMs: 1_000, decide: ({id}) => (id === 'p_1' ? acts : [])})
  const why = 'a rule'

  it('are rows of periodic work, with work while a project is unfinished and the plugin is in', () => {
    const [job] = watchersOf({name: 'idle', everyMs: 5_000, decide: () => []}).jobs()
    expect(job).to.deep.include({name: `the watcher idle of ${PLUGIN}`, everyMs: 5_000})
    expect(job!.hasWork()).to.equal(true)
    leftOut.push(PLUGIN)
    expect(job!.hasWork()).to.equal(false)
  })

  it('decide for each unfinished project on what was observed and kept, in a commit of the newest record', async () => {
    const seen: (readonly [string, ...unknown[]])[] = []
    const watcher: Watcher = {
      name: 'count',
      everyMs: 1_000,
      observe: async ({id}) => `seen ${id}`,
      decide: ({id, revision}, observed, own, now) => {
        seen.push([id, revision, observed, own, now])
        return [{do: 'keep', value: ((own as number | undefined) ?? 0) + 1}]
      },
    }
    const watchers = watchersOf(watcher)
    await look(watchers)
    await look(watchers)
    expect(world.project().plugins).to.deep.equal({[PLUGIN]: {own: 2}})
    expect(seen.filter(([id]) => id === 'p_1')).to.deep.equal([
      ['p_1', 1, 'seen p_1', undefined, EPOCH],
      ['p_1', 1, 'seen p_1', undefined, EPOCH],
      ['p_1', 2, 'seen p_1', 1, EPOCH],
      ['p_1', 2, 'seen p_1', 1, EPOCH],
    ])
    expect(new Set(seen.map(([id]) => id))).to.deep.equal(new Set(['p_1', 'p_2']))
    expect(calls.filter((call) => call.includes('(long)'))).to.have.length(4)
    expect(failures).to.deep.equal([])
  })

  it('commit nothing when nothing is to be done', async () => {
    await look(watchersOf(deciding()))
    await look(watchersOf(deciding({do: 'settle-need', id: 'none', why})))
    expect(world.project().revision).to.equal(1)
    expect(world.log.events).to.deep.equal([])
  })

  it('break off the step under way before a project is set aside, and have it driven again', async () => {
    await look(watchersOf(deciding({do: 'pause', why})))
    expect(world.project().state).to.equal('paused')
    expect(calls.filter((call) => call.includes('p_1'))).to.deep.equal(['release p_1', 'drive p_1'])
  })

  it('leave a project alone that changed its mind meanwhile, until the next look', async () => {
    let times = 0
    const watcher: Watcher = {
      name: 'fickle',
      everyMs: 1_000,
      decide: ({id}) => (id !== 'p_1' ? [] : ++times === 1 ? [{do: 'keep', value: 1}] : [{do: 'pause', why}]),
    }
    const watchers = watchersOf(watcher)
    await look(watchers)
    expect([world.project().state, world.project().plugins, calls.includes('release p_1')]).to.deep.equal(['running', undefined, false])
    await look(watchers)
    expect(world.project().state).to.equal('paused')
  })

  it('have agents started again', async () => {
    await look(watchersOf(deciding({do: 'restart-agent', agent: 'a_developer', why})))
    expect(world.restarted).to.deep.equal(['a_developer'])
  })

  for (const [what, decide] of [
    ['throws', () => { throw new Error('no idea') }], // prettier-ignore
    ['decides no list', () => 'pause' as never],
    ['decides too much', () => Array<Act>(51).fill({do: 'keep', value: 1})],
    [
      'decides what cannot be done',
      () =>
        [
          {do: 'keep', value: 1},
          {do: 'tell', agent: 'a_nobody', text: 'x'},
        ] as Act[],
    ],
  ] as const)
    it(`are said, and change nothing, when one ${what}`, async () => {
      const fine: Watcher = {name: 'fine', everyMs: 1_000, decide: () => [{do: 'need', id: 'n', what: 'x'}]}
      await look(watchersOf({name: 'bad', everyMs: 1_000, decide}, fine))
      expect(failures.length).to.be.greaterThan(0)
      for (const [plugin, said] of failures) expect([plugin, said.startsWith('failed in its watcher bad: ')]).to.deep.equal([PLUGIN, true])
      expect(world.project().plugins![PLUGIN]).to.have.all.keys('needs')
    })

  it('are told apart from a disk that takes no writes', async () => {
    world.store.setFull(true)
    await look(watchersOf(deciding({do: 'keep', value: 1})))
    expect(failures).to.deep.equal([])
    expect(world.logger.lines.map(({message}) => message).join()).to.include('cannot be recorded now')
  })

  it('say when one works again', async () => {
    let isDown = true
    const watcher: Watcher = {name: 'net', everyMs: 1_000, observe: async () => (isDown ? Promise.reject(new Error('no network')) : 1), decide: () => []} // prettier-ignore
    const watchers = watchersOf(watcher)
    await look(watchers)
    expect(failures.map(([, said]) => said)).to.include('failed in its watcher net: no network')
    expect(works).to.deep.equal([])
    isDown = false
    await look(watchers)
    expect(works).to.have.length(2)
  })

  describe('whose observe never ends', () => {
    let signals: AbortSignal[]
    let begun: string[]
    const endless = (): Watcher => ({
      name: 'slow',
      everyMs: 1_000,
      observe: ({id}, signal) => {
        begun.push(id)
        signals.push(signal)
        return id === 'p_1' ? new Promise(() => {}) : Promise.resolve(1)
      },
      decide: ({id}) => [{do: 'keep', value: id}],
    })
    beforeEach(() => {
      signals = []
      begun = []
    })

    it('hold up neither other projects nor other watchers, and are not begun again', async () => {
      const watchers = watchersOf(endless(), deciding({do: 'need', id: 'n', what: 'x'}))
      await look(watchers)
      await look(watchers)
      expect(begun).to.deep.equal(['p_1', 'p_2', 'p_2'])
      expect(world.project('p_2').plugins).to.deep.equal({[PLUGIN]: {own: 'p_2'}})
      expect(world.project('p_1').plugins![PLUGIN]).to.have.all.keys('needs')
    })

    it('are broken off after 30 s, and that is said at once', async () => {
      await look(watchersOf(endless()))
      await world.clock.advance(29_999)
      expect([signals[0]!.aborted, failures]).to.deep.equal([false, []])
      await world.clock.advance(1)
      expect(signals[0]!.aborted).to.equal(true)
      expect(failures).to.deep.equal([[PLUGIN, 'failed in its watcher slow: observe took over 30 s']])
    })

    it('are broken off when orch stops, which is no fault', async () => {
      await look(watchersOf(endless()))
      end.abort()
      await world.clock.advance(60_000)
      expect([signals[0]!.aborted, failures]).to.deep.equal([true, []])
    })
  })

  it('decide nothing from an observe that came too late', async () => {
    let answer: (value: Json) => void = () => {}
    const watcher: Watcher = {
      name: 'late',
      everyMs: 1_000,
      observe: ({id}) => (id === 'p_1' ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(0)),
      decide: () => [{do: 'keep', value: 1}],
    }
    const watchers = watchersOf(watcher)
    await look(watchers)
    await world.clock.advance(30_000)
    answer(1)
    await world.clock.advance(0)
    expect(world.project().plugins).to.equal(undefined)
  })

  it('are not asked once the plugin is left out, or the project is over', async () => {
    const watchers = watchersOf(deciding({do: 'keep', value: 1}))
    leftOut.push(PLUGIN)
    await look(watchers)
    expect(calls).to.deep.equal([])
  })
})
