import type {RepositoryObservation} from '@orch/plugin-kit'
import {OrchError} from '@orch/plugin-kit'
import {expect} from 'chai'
import {needsOf} from '../../../src/domain/need.js'
import {ChangedRepositories} from '../../../src/services/cleanup/changed-repositories.js'
import {Integrator} from '../../../src/services/verification/integrator.js'
import {UnmergedCommits} from '../../../src/services/verification/unmerged-commits.js'
import {WorkLeftBehind} from '../../../src/services/verification/work-left-behind.js'
import {aMerge, anAgent, aProject, someOptions} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

describe('RepositoryWatch', () => {
  let world: World

  beforeEach(async () => {
    const agents = [anAgent(), anAgent({role: 'tester'})]
    world = aWorld({projects: [aProject({agents}), aProject({id: 'p_2', agents: []})]})
    for (const project of world.store.projects()) await world.repositories.begin({...project, directory: `/state/projects/${project.id}`})
    for (const {id} of world.store.projects())
      await world.recorder.change(id, (project) => ({project: {...project, directory: `/state/projects/${id}`}, events: []}))
  })

  const set = (changes: Partial<RepositoryObservation>) => {
    world.workspace.observation = {...world.workspace.observation, ...changes}
  }
  const check = (id = 'p_1') => world.repositories.check(id)
  const lines = (id = 'p_1') => needsOf(world.project(id), world.clock.now()).map(({what}) => what)
  const changes = () => (world.project().repositoryChanges ?? []).map(({id, settled}) => `${id}: ${settled ?? 'open'}`)

  it('has nothing to say about a repository that is as it was', async () => {
    const {revision} = world.project()
    await check()
    expect(lines()).to.deep.equal([])
    expect(world.project().revision).to.equal(revision)
  })

  it('says in one line what changed, who was at work, and how to put it back', async () => {
    set({config: {'core.bare': '["true"]'}, refs: {'refs/heads/main': 'base', 'refs/tags/v1': 'abc'}})
    await check()
    await check()
    const [line, ...more] = lines()
    expect(more).to.deep.equal([])
    expect(line)
      .to.contain('your repository changed: git configuration: core.bare is "true", was "false"')
      .and.contain('while developer and tester were at work')
      .and.contain('git config --file /repo/.git/config --replace-all core.bare false')
      .and.contain('refs/tags/v1')
    expect(needsOf(world.project(), 0)[0]!.commands).to.deep.equal(['orch doctor --fix'])
  })

  it('names the agent whose process works in the main checkout, and an agent of another project as such', async () => {
    world.host.run(7, {startedAt: '1', cwd: '/repo', env: {ORCH_RUN: 'r', ORCH_ROLE: 'tester', ORCH_PROJECT: 'p_1'}})
    set({tree: {'a.txt': 'x'}})
    await check()
    await check('p_2')
    expect(lines()[0]).to.contain('(by tester, at work in /repo)')
    expect(lines('p_2')[0]).to.contain('(by tester of p_1, at work in /repo)')
  })

  for (const content of ['{"config": {', 'null', '{"config": {}}'])
    it(`says that it cannot compare when its record holds ${content}, until a person takes the repository as it is`, async () => {
      world.files.put('/state/projects/p_1/repository.json', content)
      await check()
      await check()
      expect(lines()).to.have.length(1)
      expect(lines()[0]).to.contain('damaged: /state/projects/p_1/repository.json')
      await world.repositories.settle(world.project(), 'record repository.json')
      await check()
      expect(changes().filter((line) => line.endsWith('open'))).to.deep.equal([])
      set({refs: {'refs/heads/main': 'third'}})
      await check()
      expect(lines()[0]).to.contain('main is at third').and.not.contain('damaged')
    })

  it('says that its record is gone, until a person takes the repository as it is', async () => {
    await world.files.remove('/state/projects/p_1/repository.json')
    set({refs: {'refs/heads/main': 'other'}})
    await check()
    await check()
    expect(lines()).to.have.length(1)
    expect(lines()[0]).to.contain('gone: /state/projects/p_1/repository.json')
    await world.repositories.settle(world.project(), 'record repository.json')
    await check()
    expect(lines()).to.deep.equal([])
  })

  it('takes down how the repository is where it never was, as of a project of an older orch', async () => {
    await world.recorder.change('p_1', (project) => ({project: {...project, repositoryWatched: false}, events: []}))
    await world.files.remove('/state/projects/p_1/repository.json')
    await check()
    expect(lines()).to.deep.equal([])
    set({refs: {'refs/heads/main': 'other'}})
    await check()
    expect(lines()[0]).to.contain('main is at other')
  })

  it('forgets no change because its record is damaged after it', async () => {
    set({refs: {'refs/heads/main': 'other'}})
    await check()
    world.files.put('/state/projects/p_1/repository.json', '')
    await check()
    expect(changes()).to.deep.equal(['refs refs/heads/main: open', 'record repository.json: open'])
  })

  it('blames nobody where no agent was at work', async () => {
    set({tree: {'a.txt': 'x'}})
    await check('p_2')
    expect(lines('p_2')[0]).to.contain('while no agent was at work')
  })

  it('takes the line back when the repository is as it was again, and keeps the change for the report', async () => {
    set({config: {'core.bare': '["true"]'}})
    await check()
    set({config: {'core.bare': '["false"]'}, files: {config: 'written otherwise'}})
    await check()
    expect(lines()).to.deep.equal([])
    expect(changes()).to.deep.equal(['config core.bare: put back'])
    await check()
    expect(lines()).to.deep.equal([])
  })

  it('looks when a file of git moved, and every few minutes at edits that move none', async () => {
    await world.repositories.tick()
    set({tree: {'a.txt': 'x'}})
    await world.clock.advance(2_000)
    await world.repositories.tick()
    expect(lines()).to.deep.equal([])
    set({head: {HEAD: 'refs/heads/other'}})
    await world.clock.advance(2_000)
    await world.repositories.tick()
    expect(changes()).to.deep.equal(['head HEAD: open', 'tree paths: open'])
    set({tree: {}})
    await world.clock.advance(5 * 60_000 + 2_000)
    await world.repositories.tick()
    expect(changes()).to.deep.equal(['head HEAD: open', 'tree paths: put back'])
  })

  it('says that git cannot work with the repository any more', async () => {
    const broken = new OrchError('ORCH_REPOSITORY', {path: '/repo', why: 'its HEAD is missing', remedy: 'Write it.'})
    world.workspace.observeRepository = () => Promise.reject(broken)
    await check()
    expect(lines()[0]).to.contain('its HEAD is missing').and.contain('Write it.')
  })

  it('does not report the branch that orch itself has moved, in any project of the repository', async () => {
    await world.recorder.change('p_1', (project) => ({
      project: {
        ...project,
        state: 'merging',
        options: someOptions({merge: 'parent'}),
        merges: [aMerge({state: 'checking'})],
        verification: {verified: true, evidence: [], candidate: 'result'},
      },
      events: [],
    }))
    await new Integrator({
      ...world,
      watch: {readTranscripts: async () => {}},
      flags: {record: async () => {}},
      unmerged: new UnmergedCommits({...world, leftBehind: new WorkLeftBehind(world)}),
    }).integrate(world.project())
    expect(world.workspace.refs.get('refs/heads/main')).to.equal('result')
    await check()
    await check('p_2')
    expect([...lines(), ...lines('p_2')]).to.deep.equal([])
  })

  describe('orch doctor --fix', () => {
    const doctor = () => new ChangedRepositories(world)

    it('puts a setting back and takes everything else as it is, also after the project is over', async () => {
      set({config: {'core.bare': '["true"]', 'user.name': '["x"]'}, refs: {'refs/heads/main': 'other'}})
      await check()
      await world.recorder.change('p_1', (project) => ({project: {...project, state: 'completed'}, events: []}))
      expect(lines()).to.have.length(1)
      await world.store.retire('p_1')
      const found = await doctor().find()
      expect(found.map(({fix}) => fix!.split(',')[0])).to.deep.equal(['put the setting back', 'put the setting back', 'take it as it is'])
      for (const leftover of found) expect(await doctor().clear(leftover)).to.include({done: true})
      expect(world.workspace.observation.config).to.deep.equal({'core.bare': '["false"]'})
      expect(world.workspace.observation.refs).to.deep.equal({'refs/heads/main': 'other'})
      expect(await doctor().find()).to.deep.equal([])
      expect((await world.store.load('p_1'))!.repositoryChanges!.map(({settled}) => settled)).to.deep.equal([
        'put back',
        'put back',
        'accepted',
      ])
      expect(world.store.project('p_1')).to.equal(undefined)
    })

    it('does not say again what was taken as it is', async () => {
      set({refs: {'refs/heads/main': 'other'}})
      await check()
      for (const leftover of await doctor().find()) await doctor().clear(leftover)
      await check()
      expect(lines()).to.deep.equal([])
      set({refs: {'refs/heads/main': 'third'}})
      await check()
      expect(lines()).to.have.length(1)
    })
  })

  describe('a project that is taken up again', () => {
    it('is refused with a repository that cannot be used', async () => {
      world.workspace.inspectRepository = () => Promise.reject(new OrchError('ORCH_REPOSITORY', {path: '/repo', why: 'x', remedy: 'y'}))
      await refusal('ORCH_REPOSITORY', world.repositories.resume(world.project()))
    })

    it('is not told what a person did after its end, and still what was open', async () => {
      set({config: {'core.bare': '["true"]'}})
      await check()
      set({refs: {'refs/heads/main': 'mine'}})
      await world.repositories.resume({...world.project(), state: 'failed'})
      await check()
      expect(changes()).to.deep.equal(['config core.bare: open'])
    })
  })
})
