import {mkdir, readFile, readdir, rename, rm, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {ownCheckIn} from '../../src/domain/check-in.js'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {ProjectStore} from '../../src/adapters/project-store.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {describeStoreContract} from '../contract/store-contract.js'
import {aMerge, aMessage, aProject, anAgent, someOptions, someUsage} from '../support/builders.js'
import {refusal} from '../support/failure.js'
import {MemoryStore} from '../support/memory-store.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('ProjectStore', () => {
  const folder = useTemporaryFolder()
  let clock: FakeClock
  let logger: MemoryLogger
  const open = () => ProjectStore.open({folder: folder(), clock, schemas: new AjvValidator(), logger})

  beforeEach(() => {
    clock = new FakeClock()
    logger = new MemoryLogger()
  })

  describeStoreContract(
    'lowdb',
    async () => ({
      store: await open(),
      reopen: open,
      // Where the folder was there is a file: nobody can write below it, not even root.
      setFull: async (full) => {
        const [hot, aside] = [join(folder(), 'projects'), join(folder(), 'aside')]
        if (full) {
          await rename(hot, aside)
          await writeFile(hot, '')
        } else {
          await rename(hot, `${aside}.file`)
          await rename(aside, hot)
        }
      },
      advance: (ms) => clock.advance(ms),
      now: () => clock.now(),
    }),
    {outlives: true},
  )

  it('knows which of its finished projects were last, though their files have one time', async () => {
    const store = await open()
    const all = ['p_a', 'p_b', 'p_c'].map((id, at) => aProject({id, state: 'completed', createdAt: at, finishedAt: at}))
    for (const project of all) await store.create(project)
    for (const {id} of all) await store.retire(id)
    for (const {id} of all) await utimes(join(folder(), 'finished', `${id}.json`), 1_000, 1_000)
    expect((await store.finished(2)).map(({id}) => id)).to.deep.equal(['p_c', 'p_b'])
  })

  it('reads back every part of a project', async () => {
    const project = aProject({
      messages: [aMessage()],
      merges: [aMerge({state: 'merged', sha: 's'})],
      checkIns: [ownCheckIn('s_1', 'a', 1)],
    })
    await (await open()).create(project)
    expect((await open()).project(project.id)).to.deep.equal(project)
  })

  it('takes the cost of an agent out of a record that kept it beside what the agent has used', async () => {
    const [silent, frugal] = [anAgent({role: 'tester'}), anAgent({usage: someUsage({contextPercent: 7})})]
    const earlier = [
      {...frugal, costUsd: 1.5},
      {...silent, costUsd: null},
    ]
    for (const kind of ['projects', 'finished']) {
      await mkdir(join(folder(), kind), {recursive: true})
      const id = `p_${kind}`
      await writeFile(join(folder(), kind, `${id}.json`), JSON.stringify({...aProject({id, agents: earlier}), schema: 1}))
      const project = await (await open()).load(id)
      const costs = {earlierUsd: 0, currentUsd: 1.5, run: frugal.run!.id}
      expect(project!.agents).to.deep.equal([{...frugal, costs, usage: someUsage({contextPercent: 7, costUsd: 1.5})}, silent])
    }
  })

  it('takes the cost of the plan out of a budget that held it', async () => {
    await mkdir(join(folder(), 'projects'), {recursive: true})
    const budget = {usd: 5, allowedUsd: 10, plannerUsd: 0.5}
    await writeFile(join(folder(), 'projects', 'p_1.json'), JSON.stringify({...aProject({options: someOptions({budget})}), schema: 1}))
    expect((await open()).project('p_1')!.options).to.deep.include({budget: {usd: 5, allowedUsd: 10}, plannerUsd: 0.5})
  })

  it('leaves out a project whose file cannot be read, says so, and opens the others', async () => {
    const store = await open()
    await store.create(aProject({id: 'p_good'}))
    await store.create(aProject({id: 'p_bad'}))
    const bad = join(folder(), 'projects', 'p_bad.json')
    await writeFile(bad, '{"schema": 1, "id"')
    expect((await open()).projects().map(({id}) => id)).to.deep.equal(['p_good'])
    expect(JSON.stringify(logger.lines)).to.include('p_bad')
    expect(await readFile(bad, 'utf8')).to.equal('{"schema": 1, "id"')
  })

  it('takes the generation before of a torn file', async () => {
    const store = await open()
    await store.create(aProject({name: 'one'}))
    await store.update('p_1', (project) => ({...project, name: 'two'}))
    await writeFile(join(folder(), 'projects', 'p_1.json'), '')
    expect((await open()).project('p_1')).to.include({name: 'one', revision: 1})
  })

  it('names the projects that it opened from the generation before, be the current file damaged or missing', async () => {
    const store = await open()
    for (const id of ['p_torn', 'p_gone', 'p_whole']) {
      await store.create(aProject({id}))
      await store.update(id, (project) => ({...project, name: 'two'}))
    }
    await writeFile(join(folder(), 'projects', 'p_torn.json'), '{')
    await rm(join(folder(), 'projects', 'p_gone.json'))
    const again = await open()
    expect(again.projects()).to.have.length(3)
    const fallbacks = [...again.fallbacks()].sort((a, b) => (a.id < b.id ? -1 : 1))
    expect(fallbacks.map(({id, revision}) => ({id, revision}))).to.deep.equal([
      {id: 'p_gone', revision: 1},
      {id: 'p_torn', revision: 1},
    ])
    expect(fallbacks[0]!.why).to.equal('it is missing')
    expect((await open()).fallbacks()).to.deep.equal([])
  })

  it('lets a change set a greater revision, so that revisions never fall', async () => {
    const store = await open()
    await store.create(aProject())
    expect((await store.update('p_1', (project) => ({...project, revision: 40}))).revision).to.equal(41)
  })

  it('moves the files of a record that cannot be read out of the way, whole', async () => {
    const bad = join(folder(), 'projects', 'p_bad.json')
    await open()
    await writeFile(bad, 'torn')
    await writeFile(`${bad}.previous`, 'torn before')
    const store = await open()
    expect(store.damaged()).to.have.length(1)
    expect(store.damaged()[0]).to.include({id: 'p_bad', path: bad})
    const aside = await store.setAside('p_bad')
    expect(store.damaged()).to.deep.equal([])
    expect(await readdir(join(folder(), 'projects'))).to.deep.equal([])
    expect(await readFile(join(aside, 'p_bad.json'), 'utf8')).to.equal('torn')
    expect(await readFile(join(aside, 'p_bad.json.previous'), 'utf8')).to.equal('torn before')
    expect((await open()).damaged()).to.deep.equal([])
  })

  it('takes the generation before that a broken-off retirement left for no unfinished project', async () => {
    const store = await open()
    await store.create(aProject({state: 'completed'}))
    await store.update('p_1', (project) => ({...project, name: 'two'}))
    const left = await readFile(join(folder(), 'projects', 'p_1.json.previous'))
    await store.retire('p_1')
    await writeFile(join(folder(), 'projects', 'p_1.json.previous'), left)
    const again = await open()
    expect(again.projects()).to.deep.equal([])
    expect(again.fallbacks()).to.deep.equal([])
    expect(await again.load('p_1')).to.include({name: 'two'})
    expect(await readdir(join(folder(), 'projects'))).to.deep.equal([])
  })

  it('takes no name from a caller as a path', async () => {
    const store = await open()
    await store.create(aProject())
    await writeFile(join(folder(), 'secret.json'), JSON.stringify(aProject()))
    for (const name of ['../secret', '../projects/p_1', 'p_1/../../secret', '/etc/passwd', ''])
      expect(await store.load(name), name).to.equal(undefined)
  })

  it('reads for a status without changing anything on disk', async () => {
    await (await open()).create(aProject())
    const before = await readdir(folder(), {recursive: true})
    const reader = ProjectStore.reader({folder: folder(), clock, schemas: new AjvValidator(), logger})
    await reader.look()
    expect(reader.projects()).to.have.length(1)
    expect(await readdir(folder(), {recursive: true})).to.deep.equal(before)
    const nothing = ProjectStore.reader({folder: join(folder(), 'none'), clock, schemas: new AjvValidator(), logger})
    await nothing.look()
    expect(nothing.projects()).to.deep.equal([])
    expect(await nothing.finished(10)).to.deep.equal([])
  })

  it('does not forget a project that cannot be put away', async () => {
    const store = await open()
    await store.create(aProject({state: 'completed'}))
    await rename(join(folder(), 'finished'), join(folder(), 'aside'))
    await writeFile(join(folder(), 'finished'), '')
    await refusal('ORCH_STORE_WRITE', store.retire('p_1'))
    expect(store.project('p_1')).to.include({state: 'completed'})
  })
})

describeStoreContract(
  'in memory',
  async () => {
    const clock = new FakeClock()
    const store = new MemoryStore(clock)
    return {
      store,
      reopen: null,
      setFull: async (full) => store.setFull(full),
      advance: (ms) => clock.advance(ms),
      now: () => clock.now(),
    }
  },
  {outlives: false},
)
