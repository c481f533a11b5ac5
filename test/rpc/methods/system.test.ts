import {expect} from 'chai'
import {LIFECYCLE, REQUIRED_PLUGIN, OrchError} from '@orch/plugin-kit'
import {FakeClock} from '@orch/plugin-kit/testing'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import type {Methods} from '../../../src/rpc/method.js'
import type {LeftOut} from '../../../src/domain/plugin-fault.js'
import {systemMethods} from '../../../src/rpc/methods/system.js'
import {Doctor} from '../../../src/services/doctor/checkup.js'
import {Cleanup} from '../../../src/services/cleanup/cleanup.js'
import type {Orphan} from '../../../src/services/cleanup/orphan.js'
import {aRepository} from '../../support/builders.js'
import {callOf} from '../../support/callers.js'
import {refusal} from '../../support/failure.js'
import {FakeCatalog} from '../../support/fake-teams.js'
import {aWorld} from '../../support/world.js'
import {FakeWorkspace} from '../../support/fake-workspace.js'

const LEFT: Orphan = {kind: 'folder', id: '/f', project: null, what: 'folder /f', proof: 'nobody knows it', fix: 'remove it'}

describe('the supervisor about itself', () => {
  let methods: Methods
  let stopped: number
  let retired: number
  let workspace: FakeWorkspace
  let cleared: string[]
  let leftOut: LeftOut[]
  /** Folders whose configuration or templates were asked for. */
  let asked: (string | null)[]

  beforeEach(() => {
    stopped = 0
    retired = 0
    cleared = []
    leftOut = []
    asked = []
    workspace = new FakeWorkspace()
    const cleaner = {
      find: async () => [LEFT, {...LEFT, id: '/by-hand', fix: null}],
      clear: async ({id}: Orphan) => (cleared.push(id), {kind: 'folder' as const, id, done: true, what: 'removed'}),
    }
    methods = systemMethods({
      version: '1.2.3',
      plugins: 'digest',
      supervisor: {pid: 7, socket: '/s'},
      state: '/state',
      stop: () => void stopped++,
      retire: () => void retired++,
      checkup: new Doctor(
        [
          {name: 'fine', run: async () => [{name: 'fine', verdict: 'ok', what: 'it is'}]},
          {name: 'broken', run: () => Promise.reject(new Error('no tmux'))},
        ],
        {
          agents: ({KEY}) => [{name: 'agent', run: async () => [{name: 'agent', verdict: KEY ? 'ok' : 'note', what: 'a login'}]}],
          clock: new FakeClock(),
          schemas: new AjvValidator(),
          onBroken: () => {},
        },
      ),
      housekeeping: new Cleanup({...aWorld(), cleaners: {folder: cleaner}}),
      layers: {
        resolve: async ({projectFolder, env}: {projectFolder: string | null; env: object}) => {
          asked.push(projectFolder)
          return {config: {team: 'auto'}, origins: {team: 'default'}, warnings: Object.keys(env), plannerUsd: 'kept to itself'}
        },
      } as unknown as Parameters<typeof systemMethods>[0]['layers'],
      schema: {type: 'object'},
      intake: {
        catalog: async (folder: string | null) => (asked.push(folder), new FakeCatalog()),
      } as unknown as Parameters<typeof systemMethods>[0]['intake'],
      previews: {preview: async (_, role, repository) => `You are ${role} in ${repository}.`},
      workspace,
      declared: new Map([
        ['zeta', ['afterMerge']],
        ['alpha', ['afterMerge', 'awaitPort']],
      ]),
      providers: {terminal: '@orch/plugin-tmux'},
      leftOut: () => leftOut,
    })
  })
  const call = <R = Record<string, unknown>>(name: string, params: object = {}) => callOf<R>(methods, name, params)

  it('says who it is', async () => {
    expect(await call('system.hello')).to.deep.equal({version: '1.2.3', pid: 7, socket: '/s', state: '/state'})
  })

  it('stops after it has answered', async () => {
    expect(await call('system.stop')).to.deep.equal({stopping: true})
    expect(stopped).to.equal(0)
    await new Promise((resolve) => setImmediate(resolve))
    expect(stopped).to.equal(1)
  })

  it('retires for a command with other plugins, which is no stop by a person, and for no equal one', async () => {
    await refusal('ORCH_REFUSED', call('system.retire', {version: '1.2.3', plugins: 'digest'}))
    expect(await call('system.retire', {version: '1.2.3', plugins: 'others'})).to.deep.equal({stopping: true})
    await new Promise((resolve) => setImmediate(resolve))
    expect({stopped, retired}).to.deep.equal({stopped: 0, retired: 1})
  })

  it('has a check that breaks count as a finding', async () => {
    expect((await call<{name: string; verdict: string}[]>('system.check')).map(({name, verdict}) => [name, verdict])).to.deep.equal([
      ['fine', 'ok'],
      ['broken', 'failed'],
      ['agent', 'note'],
    ])
    expect((await call<{verdict: string}[]>('system.check', {env: {KEY: 'mine'}})).at(-1)).to.include({verdict: 'ok'})
  })

  it('takes away only what it was shown to have listed', async () => {
    expect((await call<Orphan[]>('house.survey')).map(({id}) => id)).to.deep.equal(['/f', '/by-hand'])
    expect(await call('house.fix', {listed: []})).to.deep.equal([])
    await call('house.fix', {
      listed: [
        {kind: 'worktree', id: '/f'},
        {kind: 'folder', id: '/by-hand'},
      ],
    })
    expect(cleared).to.deep.equal([])
    expect(await call('house.fix', {listed: [{kind: 'folder', id: '/f'}]})).to.deep.equal([
      {kind: 'folder', id: '/f', done: true, what: 'removed'},
    ])
    await refusal('ORCH_INVALID_PARAMS', call('house.fix'))
    await refusal('ORCH_INVALID_PARAMS', call('house.fix', {listed: [{kind: 'folder', id: '/f', force: true}]}))
  })

  it('shows every event of the lifecycle with its owner and who listens', async () => {
    const {events, capabilities} = await call<{events: {event: string; owner: string | null; handlers: string[]}[]; capabilities: object}>(
      'hooks.list',
    )
    expect(events.map(({event}) => event)).to.deep.equal(Object.keys(LIFECYCLE))
    expect(events.find(({event}) => event === 'afterMerge')).to.deep.include({owner: null, handlers: ['alpha', 'zeta']})
    expect(events.find(({event}) => event === 'awaitPort')).to.deep.include({owner: REQUIRED_PLUGIN, handlers: ['alpha'], fold: 'latest'})
    expect(capabilities).to.deep.equal({terminal: '@orch/plugin-tmux'})
  })

  it('shows which plugins are left out, none of which listens any more', async () => {
    leftOut = [
      {plugin: 'zeta', why: 'cannot be loaded', since: 1},
      {plugin: 'alpha', why: 'fails', since: 1, how: 'failing'},
    ]
    const answer = await call<{events: {event: string; handlers: string[]}[]; leftOut: object[]}>('hooks.list')
    expect(answer.events.find(({event}) => event === 'afterMerge')!.handlers).to.deep.equal(['alpha'])
    expect(answer.leftOut).to.deep.equal([
      {plugin: 'zeta', why: 'cannot be loaded', loaded: false},
      {plugin: 'alpha', why: 'fails', loaded: true},
    ])
  })

  it('stops for the next one where a command brings that up', async () => {
    await call('system.stop', {isForNext: true})
    await new Promise(setImmediate)
    expect([stopped, retired]).to.deep.equal([0, 1])
  })

  describe('asked from a folder', () => {
    it('looks in the repository around it, in the folder itself where there is none, and nowhere without one', async () => {
      workspace.repository = aRepository({root: '/repo'})
      await call('config.show', {project: '/repo/deep/inside', env: {}})
      workspace.inspectRepository = () => Promise.reject(new OrchError('ORCH_NOT_A_REPOSITORY', {path: '/plain'}))
      await call('config.show', {project: '/plain', env: {}})
      await call('team.list', {project: null, env: {}})
      expect(asked).to.deep.equal(['/repo', '/plain', null])
    })

    it('shows the configuration with its origins, and nothing else', async () => {
      expect(await call('config.show', {project: null, env: {ORCH_CONFIG_TEAM: 'x'}})).to.deep.equal({
        config: {team: 'auto'},
        origins: {team: 'default'},
        warnings: ['ORCH_CONFIG_TEAM'],
      })
      expect(await call('config.schema')).to.deep.equal({type: 'object'})
      await refusal('ORCH_INVALID_PARAMS', call('config.show', {project: null, env: {PORT: 3000}}))
    })

    it('shows a role or a template by its name', async () => {
      const show = (name: string) => call('team.show', {project: null, env: {}, name})
      expect(await show('tester')).to.have.nested.property('role.key', 'tester')
      expect(await show('library')).to.deep.equal({template: {name: 'library'}})
      await refusal('ORCH_INVALID_PARAMS', call('team.show', {project: null, env: {}}))
    })

    it('counts what is valid, and detects a kind only where there is a folder', async () => {
      expect(await call('team.validate', {project: null, env: {}})).to.deep.equal({templates: 1, roles: 2})
      expect(await call('team.detect', {project: '/repo', env: {}})).to.include({template: 'library'})
      expect((await refusal('ORCH_USAGE', call('team.detect', {project: null, env: {}}))).remedy).to.include('--project')
    })

    it('shows a briefing as it would be', async () => {
      expect(await call('briefing.show', {project: '/repo', env: {}, role: 'tester'})).to.deep.equal({text: 'You are tester in /repo.'})
      expect(await call('briefing.show', {project: null, env: {}, role: 'tester'})).to.deep.equal({text: 'You are tester in /.'})
    })
  })
})
