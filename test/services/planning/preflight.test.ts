import {expect} from 'chai'
import type {AgentDetection, RepositoryFacts} from '@orch/plugin-kit'
import type {Config} from '../../../src/domain/config.js'
import {Preflight} from '../../../src/services/planning/preflight.js'
import {aRepository} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {FakeDriver} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'

describe('Preflight', () => {
  let world: World
  let preflight: Preflight
  const rehearsal = new FakeDriver({kind: 'rehearsal'})
  let [claude, other] = [new FakeDriver(), new FakeDriver()]

  beforeEach(() => {
    claude = new FakeDriver({kind: 'claude', real: true})
    other = new FakeDriver({kind: 'other', real: true})
    world = aWorld({drivers: [rehearsal, claude, other]})
    preflight = new Preflight({...world, projects: '/state/projects'})
  })

  const check = (repository: Partial<RepositoryFacts> = {}, request: Partial<Parameters<Preflight['check']>[1]> = {}) =>
    preflight.check(aRepository(repository), {initCommit: false, trusted: true, driver: rehearsal, ...request})

  it('has nothing against a sound repository', async () => {
    expect(await check()).to.deep.equal([])
    expect(await check({}, {driver: claude})).to.deep.equal([])
  })

  it('fails without its tools', async () => {
    const missing = new Error('no tmux')
    world.terminal.version = () => Promise.reject(missing)
    expect(await failureOf(check())).to.equal(missing)
  })

  it('refuses a branch where orch keeps its own, and says how to rename it', async () => {
    expect((await refusal('ORCH_REPOSITORY', check({blockingRef: 'refs/heads/orch'}))).remedy).to.include('branch -m orch')
  })

  it('refuses a repository without a commit, unless it may make one', async () => {
    const head = {kind: 'unborn', name: 'main'} as const
    expect((await refusal('ORCH_REPOSITORY', check({head}))).remedy).to.include('--init-commit')
    expect(await check({head}, {initCommit: true})).to.deep.equal([])
  })

  it('refuses an agent with a model in a repository nobody trusts; a rehearsal may start', async () => {
    expect((await refusal('ORCH_REFUSED', check({}, {driver: claude, trusted: false}))).remedy).to.include('--trust-project')
    expect(await check({}, {trusted: false})).to.deep.equal([])
  })

  it('refuses a disk without room, and warns of little memory', async () => {
    world.host.disk = 1024 ** 3 - 1
    await refusal('ORCH_REFUSED', check())
    world.host.disk = 1024 ** 3
    world.host.memory = 100 * 1024 ** 2
    expect((await check()).join()).to.include('100 MB')
  })

  describe('chooseDriver', () => {
    const choose = (kind: string) => preflight.chooseDriver(kind, {}, {claude: {command: 'mine'}} as unknown as Config)
    const absent: AgentDetection = {installed: false, version: null, loggedIn: null, problem: null}

    it('takes the kind that is named', async () => {
      expect((await choose('rehearsal')).kind).to.equal('rehearsal')
    })

    it('by itself takes an agent with a model that is installed and logged in, never a rehearsal', async () => {
      expect((await choose('auto')).kind).to.equal('claude')
      claude.detection = {...claude.detection, loggedIn: false}
      expect((await choose('auto')).kind).to.equal('other')
      other.detection = absent
      const error = await refusal('ORCH_NO_AGENT', choose('auto'))
      expect(error.message).to.include('Agent claude is not logged in').and.include('Agent other is not installed')
    })

    it('does not mind an agent that knows no login', async () => {
      claude.detection = {...claude.detection, loggedIn: null}
      expect((await choose('auto')).kind).to.equal('claude')
    })

    it('refuses the named kind with what stands in its way', async () => {
      claude.detection = {...claude.detection, problem: 'version 0.1 is too old'}
      expect((await refusal('ORCH_NO_AGENT', choose('claude'))).message).to.include('too old')
    })

    it('asks a driver with its own section of the configuration', async () => {
      const asked: unknown[] = []
      claude.detect = async (...given: unknown[]) => {
        asked.push(given[1])
        return claude.detection
      }
      await choose('claude')
      await choose('auto')
      expect(asked).to.deep.equal([{command: 'mine'}, {command: 'mine'}])
    })

    it('says which kinds there are', async () => {
      expect((await refusal('ORCH_NOT_FOUND', choose('cluade'))).remedy).to.include('auto, claude, other, rehearsal')
    })
  })
})
