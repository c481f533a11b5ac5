import {expect} from 'chai'
import {API_VERSION, OWNED_EVENTS, OrchError, REQUIRED_PLUGIN, defineHook, hasCode, type GateAnswer, type InputOf} from '../../src/index.js'
import {HookBus} from '../../src/host/index.js'
import {InProcessRunner, runPlugin, testPorts, type PluginHandlers} from '../../src/testing/index.js'

const AWAIT_PORT: InputOf<'awaitPort'> = {
  port: 3000,
  reason: 'start',
  project: 'p_1',
  agent: 'a_1',
  role: 'developer',
  waitedMs: 0,
  settings: {},
  run: 'r_1',
  askedAt: 0,
  history: {port: 3000, asOf: 0, killedAt: null, exitedAt: null, lease: null},
  now: 0,
}
const CLEANUP = {project: 'p_1', what: 'a worktree', why: 'finished'}
const SPAWN = {project: 'p', agent: 'a', role: 'r', kind: 'k', worktree: '/w', argv: [], env: {}}
const later = (notBefore: number): GateAnswer => ({notBefore, why: `until ${notBefore}`, holder: null})

describe('HookBus', () => {
  const warnings: OrchError[] = []
  beforeEach(() => warnings.splice(0))

  function busOf(plugins: Readonly<Record<string, PluginHandlers>>): HookBus {
    const map = new Map(Object.entries(plugins))
    return new HookBus({
      runner: new InProcessRunner(map),
      declared: new Map([...map].map(([name, handlers]) => [name, Object.keys(handlers)])),
      warn: (failure) => warnings.push(failure),
      schemas: testPorts().schemas,
    })
  }

  const failureOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error as Error,
    )

  describe('latest', () => {
    it('is the greatest wait of all, and nobody can shorten it', async () => {
      const bus = busOf({
        [REQUIRED_PLUGIN]: {awaitPort: async () => later(2000)},
        'a-plugin': {awaitPort: async () => 'clear'},
        'b-plugin': {awaitPort: async () => later(3000)},
        'c-plugin': {awaitPort: async () => later(1000)},
      })
      expect(await bus.emit('awaitPort', AWAIT_PORT)).to.deep.equal(later(3000))
    })

    it('is clear only when all are', async () => {
      const bus = busOf({[REQUIRED_PLUGIN]: {awaitPort: async () => 'clear'}, other: {awaitPort: async () => 'clear'}})
      expect(await bus.emit('awaitPort', AWAIT_PORT)).to.equal('clear')
    })
  })

  describe('an event with an owner fails closed', () => {
    it('when nobody answers', async () => {
      expect(await failureOf(busOf({}).emit('awaitPort', AWAIT_PORT))).to.satisfy((e: Error) => hasCode(e, 'ORCH_HOOK_OWNER'))
    })

    it('when only others answer', async () => {
      const failure = await failureOf(busOf({impostor: {awaitPort: async () => 'clear'}}).emit('awaitPort', AWAIT_PORT))
      expect(hasCode(failure, 'ORCH_HOOK_OWNER')).to.equal(true)
    })

    it('when the owner answers nothing', async () => {
      const silent = {awaitPort: (async () => undefined) as unknown as PluginHandlers['awaitPort'] & object}
      const failure = await failureOf(busOf({[REQUIRED_PLUGIN]: silent}).emit('awaitPort', AWAIT_PORT))
      expect(failure.message).to.include(REQUIRED_PLUGIN).and.include('did not answer')
    })

    it('when the owner throws, whatever others say', async () => {
      const bus = busOf({
        [REQUIRED_PLUGIN]: {awaitPort: () => Promise.reject(new Error('broken'))},
        other: {awaitPort: async () => 'clear'},
      })
      expect(hasCode(await failureOf(bus.emit('awaitPort', AWAIT_PORT)), 'ORCH_HOOK_FAILED')).to.equal(true)
    })

    it('at the start, when the owner is not loaded', async () => {
      expect(await failureOf(Promise.resolve().then(() => busOf({}).requireOwners()))).to.include({code: 'ORCH_HOOK_OWNER'})
    })

    for (const event of OWNED_EVENTS) {
      it(`at the start, when the owner does not declare ${event}`, async () => {
        const all: PluginHandlers = {
          awaitPort: async () => 'clear',
          afterWindowKill: async () => 'clear',
          mcpInit: async () => ({steps: [], verdicts: []}),
        }
        expect(() => busOf({[REQUIRED_PLUGIN]: all}).requireOwners()).not.to.throw()
        const without = Object.fromEntries(Object.entries(all).filter(([name]) => name !== event))
        expect(() => busOf({[REQUIRED_PLUGIN]: without}).requireOwners())
          .to.throw(event)
          .with.property('code', 'ORCH_HOOK_OWNER')
      })
    }
  })

  describe('failures', () => {
    it('of several plugins are told together', async () => {
      const veto = (why: string): PluginHandlers => ({beforeCleanup: () => Promise.reject(new Error(why))})
      const failure = await failureOf(busOf({one: veto('rain'), two: veto('snow')}).emit('beforeCleanup', CLEANUP))
      expect(failure).to.be.instanceOf(AggregateError)
      expect(failure.message).to.include('one').and.include('rain').and.include('two').and.include('snow')
    })

    it('of the registry stay what they are', async () => {
      const error = new OrchError('ORCH_LEDGER', {path: '/l', why: 'full'})
      const bus = busOf({careful: {beforeCleanup: () => Promise.reject(error)}})
      expect(await failureOf(bus.emit('beforeCleanup', CLEANUP))).to.include({code: 'ORCH_LEDGER', exit: 75})
    })

    it('let every guard pass when nobody objects', async () => {
      expect(await busOf({calm: {beforeCleanup: async () => {}}}).emit('beforeCleanup', CLEANUP)).to.equal(undefined)
    })
  })

  describe('merge', () => {
    it('joins disjoint keys and appends lists by plugin name', async () => {
      const bus = busOf({
        b: {beforeAgentSpawn: async () => ({env: {B: '2'}, args: ['--b'], files: {'b.txt': 'b'}})},
        a: {beforeAgentSpawn: async () => ({env: {A: '1'}, args: ['--a']})},
      })
      expect(await bus.emit('beforeAgentSpawn', SPAWN)).to.deep.equal({
        env: {A: '1', B: '2'},
        args: ['--a', '--b'],
        files: {'b.txt': 'b'},
      })
    })

    it('is empty when nobody adds anything', async () => {
      expect(await busOf({}).emit('beforeAgentSpawn', SPAWN)).to.deep.equal({})
    })
  })

  it('takes no error for a time-out because of its words', async () => {
    for (const words of ['the lock timed out', 'Timed out after 30000 ms.']) {
      const failure = await failureOf(busOf({bad: {beforeCleanup: () => Promise.reject(new Error(words))}}).emit('beforeCleanup', CLEANUP))
      expect(failure.message).to.include(words).and.not.include('no answer within')
    }
  })

  it('warns of a notified handler that fails, and goes on', async () => {
    const bus = busOf({bad: {afterCleanup: () => Promise.reject(new Error('no'))}})
    await bus.emit('afterCleanup', {project: 'p_1', what: 'w', proof: 'p'})
    expect(warnings.map(({code}) => code)).to.deep.equal(['ORCH_HOOK_FAILED'])
  })
})

describe('runPlugin', () => {
  it('registers a plugin without oclif and answers its events', async () => {
    const planner = {name: 'p', usesModel: false, unavailable: async () => null, outline: () => Promise.reject(new Error('none'))}
    const {capabilities, bus} = await runPlugin(
      {
        register: defineHook('register', ({apiVersion}) => ({apiVersion, capabilities: {'planner:p': planner}})),
        beforeBriefing: defineHook('beforeBriefing', ({role}) => [{title: role, body: '', weight: 1}]),
      },
      {name: 'mine'},
    )
    expect(capabilities.providers()).to.deep.equal({'planner:p': 'mine'})
    const [answer] = await bus.emit('beforeBriefing', {project: 'p', agent: 'a', role: 'tester', kind: 'k', plan: {} as never})
    expect(answer).to.deep.equal({plugin: 'mine', value: [{title: 'tester', body: '', weight: 1}]})
  })

  it('gives each hook the settings of its plugin, and leaves those that an event carries', async () => {
    const heard: unknown[] = []
    const {bus} = await runPlugin(
      {
        register: defineHook('register', ({apiVersion}) => ({apiVersion})),
        afterCleanup: defineHook('afterCleanup', ({settings}) => void heard.push(settings)),
        awaitPort: defineHook('awaitPort', ({settings}) => (heard.push(settings), 'clear')),
      },
      {name: REQUIRED_PLUGIN, settings: {word: 'hi'}},
    )
    await bus.emit('afterCleanup', {project: null, what: 'w', proof: 'p'})
    await bus.emit('awaitPort', {settings: {port: 3000}} as never)
    expect(heard).to.deep.equal([{word: 'hi'}, {port: 3000}])
  })

  it('takes a plugin of API 1', async () => {
    const register = defineHook('register', () => ({apiVersion: 1, checks: [{name: 'old', run: async () => []}]}))
    expect((await runPlugin({register})).capabilities.names()).to.deep.equal([])
  })

  it('refuses a plugin of another API', async () => {
    const register = defineHook('register', () => ({apiVersion: API_VERSION + 1}))
    const failure: unknown = await runPlugin({register}).catch((error: unknown) => error)
    expect(hasCode(failure, 'ORCH_PLUGIN_API')).to.equal(true)
  })
})
