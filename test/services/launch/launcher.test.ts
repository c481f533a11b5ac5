import {expect} from 'chai'
import {
  REQUIRED_PLUGIN,
  type GateAnswer,
  type McpInitInput,
  type McpProbe,
  type McpProbeRequest,
  type McpStep,
  type OrchError,
} from '@orch/plugin-kit'
import type {MemoryProgram, PluginHandlers} from '@orch/plugin-kit/testing'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import type {Briefings} from '../../../src/services/briefing/write.js'
import {Launcher} from '../../../src/services/launch/launcher.js'
import {McpInitialisation} from '../../../src/services/launch/mcp-initialisation.js'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {PortHolds} from '../../../src/services/oauth/port-holds.js'
import {StartLeases} from '../../../src/services/oauth/start-leases.js'
import {Readiness} from '../../../src/services/launch/readiness.js'
import {AgentStopper} from '../../../src/services/agents/stop-agent.js'
import {Windows} from '../../../src/services/launch/windows.js'
import {aPlannedAgent, aProject, aRun, anAgent, someOptions} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {FakeDriver, report} from '../../support/fake-driver.js'
import {aWorld, WILLING_OWNER, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

interface Setting {
  readonly agent?: Partial<Agent>
  readonly others?: readonly Agent[]
  readonly bound?: boolean
  readonly program?: MemoryProgram
  readonly plugins?: Readonly<Record<string, PluginHandlers>>
  readonly exportCallbackPort?: boolean
  readonly readyTimeoutMs?: number | null
}

describe('Launcher', () => {
  let world: World
  let launcher: Launcher
  let driver: FakeDriver
  let watch: AgentEvents
  let asked: McpProbeRequest[]
  let probes: readonly McpProbe[]
  let onProbe: (request: McpProbeRequest) => void

  /** An agent that reports ready as soon as it runs, as its hook would. */
  const eager: MemoryProgram = ({command: {env}}) => {
    void watch.onReport('p_1', env['ORCH_AGENT']!, env['ORCH_RUN']!, report({kind: 'ready', cwd: null}))
  }

  async function open({
    agent = {},
    others = [],
    bound = false,
    program = eager,
    plugins = {},
    exportCallbackPort,
    readyTimeoutMs = null,
  }: Setting = {}): Promise<void> {
    driver = new FakeDriver({usesOauthPort: bound})
    world = aWorld({drivers: [driver], plugins, terminal: {programs: {'fake-agent': program}}})
    await world.store.create(
      aProject({
        state: 'starting',
        options: someOptions({readyTimeoutMs, oauth: {onBusy: 'hold', ...(exportCallbackPort === undefined ? {} : {exportCallbackPort})}}),
        agents: [aPlannedAgent(agent), ...others],
      }),
    )
    world.files.put('/state/projects/p_1/env.json', '{"PATH": "/usr/bin", "LANG": "C"}')
    watch = new AgentEvents(world)
    asked = []
    onProbe = () => {}
    const prober = {
      probe: async (request: McpProbeRequest) => {
        asked.push(request)
        onProbe(request)
        return [...probes]
      },
    }
    const gate = new PortGate(world)
    launcher = new Launcher({
      ...world,
      readiness: new Readiness(world),
      windows: new Windows(world),
      gate,
      leases: new StartLeases({...world, gate}),
      holds: new PortHolds(world),
      watch,
      mcp: new McpInitialisation({...world, prober}),
      terminator: new AgentStopper({...world, watch}),
      briefings: {write: async () => '/state/briefing.md'} as unknown as Briefings,
      context: {state: '/state', socket: '/state/orch.sock', bin: '/state/bin'},
      attended: () => false,
    })
    // Every process of the terminal is one of this machine.
    for (let pid = 1000; pid < 1010; pid++) world.host.run(pid, {startedAt: `at ${pid}`})
  }

  async function start(signal = new AbortController().signal): Promise<void> {
    const starting = launcher.start(world.project(), world.agent(), signal)
    starting.catch(() => undefined)
    await world.clock.advance(60_000)
    await starting
  }

  const panes = () => world.terminal.panes()
  const states = () => world.log.events.filter(({type}) => type === 'agent.state').map(({data}) => data['to'])

  describe('an agent that is not bound', () => {
    it('gets ready in a window of its own, known by pid and start time', async () => {
      await open()
      await start()
      const [pane] = await panes()
      expect(pane).to.include({sessionName: 'demo-p_1', windowName: 'developer', dead: false})
      expect(world.agent()).to.deep.include({state: 'ready', pane: pane!.pane, window: pane!.window, hasConversation: true})
      expect(world.agent().run!.process).to.deep.equal({pid: pane!.pid, startedAt: `at ${pane!.pid}`})
      expect(states()).to.deep.equal(['starting', 'ready'])
      expect(world.project().tmux.session).to.equal(pane!.session)
      expect(world.ledger.calls).to.deep.equal([])
    })

    it('is on record before its process exists', async () => {
      let recorded: string | undefined
      await open({program: (pane) => ((recorded = world.agent().run?.id), eager(pane))})
      await start()
      expect(recorded).to.equal(world.agent().run!.id)
    })

    it('is told everything by its driver', async () => {
      await open({agent: {options: {model: 'small'}}, others: [anAgent({role: 'tester'})]})
      await start()
      const [request] = driver.launches
      const {worktree} = world.agent()
      expect(request).to.deep.include({resume: false, worktree, briefing: '/state/briefing.md', options: {model: 'small'}})
      expect(request!.readable).to.include('/state/projects/p_1/worktrees/tester').and.not.include(worktree)
      expect(request!.firstPrompt).to.include('/state/briefing.md')
      expect(request!.env).to.include({LANG: 'C', PATH: '/state/bin:/usr/bin', ORCH_RUN: request!.run.id, ORCH_TOKEN: request!.run.token})
      expect(world.files.text(`${world.agent().directory}/settings.json`)).to.equal('{}')
    })

    it('takes up its conversation in a later run, with a new token', async () => {
      await open({agent: {state: 'exited', hasConversation: true, run: aRun({id: 'r_old'}), restarts: 1, exitCode: 1}})
      await start()
      expect(driver.launches[0]).to.include({resume: true})
      expect(driver.launches[0]!.firstPrompt).to.include('interruption').and.include('/state/briefing.md')
      expect(world.agent()).to.include({restarts: 2, exitCode: null})
      expect(world.agent().run).to.satisfy(({id, token}: {id: string; token: string}) => id !== 'r_old' && token !== 'token-1')
    })

    it('starts again in the pane that its last run left', async () => {
      await open()
      await start()
      const [before] = await panes()
      world.terminal.end(before!.pane, {code: 1})
      await watch.onExit({...before!, exit: {code: 1, signal: null}}, true)
      const again = start()
      await watch.onExit({...before!, exit: {code: 143, signal: null}}, true)
      await again
      expect(world.agent().exitCode).to.equal(null)
      const after = await panes()
      expect(after).to.have.length(1)
      expect(after[0]).to.include({pane: before!.pane, dead: false})
      expect(after[0]!.pid).not.to.equal(before!.pid)
      expect(world.agent().state).to.equal('ready')
    })

    it('is announced to plugins', async () => {
      const heard: object[] = []
      await open({plugins: {listener: {afterAgentSpawn: async ({input}) => void heard.push(input)}}})
      await start()
      expect(heard).to.have.length(1)
      expect(heard[0]).to.include({agent: 'a_developer', run: world.agent().run!.id, pane: world.agent().pane})
    })
  })

  describe('plugins', () => {
    const adding = (additions: object): Readonly<Record<string, PluginHandlers>> => ({adder: {beforeAgentSpawn: async () => additions}})

    it('may add arguments, variables and files', async () => {
      let seen: {argv: readonly string[]; env: Readonly<Record<string, string>>} | undefined
      const looking: MemoryProgram = (pane) => ((seen = pane.command), eager(pane))
      await open({program: looking, plugins: adding({args: ['--verbose'], env: {DEBUG: '1'}, files: {'a.txt': 'text'}})})
      await start()
      expect(seen!.argv).to.deep.equal(['fake-agent', '--role', 'developer', '--verbose'])
      expect(seen!.env).to.include({DEBUG: '1', LANG: 'C'})
      expect(world.files.text(`${world.agent().directory}/plugins/a.txt`)).to.equal('text')
    })

    it('may not add what is not theirs', async () => {
      await open({plugins: adding({env: {ORCH_TOKEN: 'x'}})})
      const {message} = await refusal('ORCH_HOOK_FAILED', start())
      expect(message).to.include('adder').and.include('"ORCH_TOKEN"').and.not.include('"x"')
      expect([await panes(), world.files.written]).to.deep.equal([[], []])
    })

    it('may veto', async () => {
      await open({bound: true, plugins: {veto: {beforeAgentSpawn: () => Promise.reject(new Error('not today'))}}})
      const {message} = await refusal('ORCH_HOOK_FAILED', start())
      expect(message).to.include('veto').and.include('not today')
      expect(await panes()).to.deep.equal([])
      expect((await world.ledger.history(3000)).lease).to.equal(null)
    })
  })

  describe('an agent that does not get ready', () => {
    it('is shown with its screen when its time is up', async () => {
      await open({program: (agentPane) => agentPane.print('Please log in\n')})
      const error = await refusal('ORCH_AGENT_START', start())
      expect(error.message).to.include('developer').and.include('10 s')
      expect(error.remedy).to.include('Please log in')
    })

    it('gets the time a person gives it', async () => {
      await open({program: () => {}, readyTimeoutMs: 30_000})
      expect((await refusal('ORCH_AGENT_START', start())).message).to.include('30 s')
    })

    it('is shown with its screen when it ends while it starts', async () => {
      const dying: MemoryProgram = (pane) => {
        pane.print('cannot find module\n')
        pane.end({code: 9})
        void watch.onExit({session: '$0', window: '@0', pane: pane.pane, exit: {code: 9, signal: null}}, true)
      }
      await open({bound: true, program: dying})
      const starting = failureOf(start())
      // Whoever watches the terminal tells of the end once the pane is on record.
      world.feed.subscribe(({project}) => {
        const [agent] = project.agents
        if (agent!.state === 'starting' && agent!.pane) {
          void watch.onExit({session: '$0', window: '@0', pane: agent!.pane, exit: {code: 9, signal: null}}, true)
        }
      })
      const error = (await starting) as OrchError
      expect(error).to.include({code: 'ORCH_AGENT_START'})
      expect(error.message).to.include('exit code 9')
      expect(error.remedy).to.include('cannot find module')
      expect((await world.ledger.history(3000)).lease).to.equal(null)
    })

    it('is lost with a terminal that ended before its pane was on record', async () => {
      await open({program: () => {}})
      world.host.identify = async (pid) => (world.terminal.dropServer(), {pid, startedAt: '1'})
      expect((await refusal('ORCH_AGENT_START', start())).message).to.include('it ended (lost)')
    })

    it('is lost when its window went while nobody looked, though its start is on record', async () => {
      const run = aRun({process: {pid: 77, startedAt: '1'}})
      await open({agent: {state: 'starting', window: '@7', pane: '%7', run}, program: () => {}})
      expect((await refusal('ORCH_AGENT_START', start())).message).to.include('it ended (lost)')
    })

    it('is left to whoever takes it up when its supervisor stops', async () => {
      await open({program: () => {}})
      const abort = new AbortController()
      const starting = failureOf(launcher.start(world.project(), world.agent(), abort.signal))
      await world.clock.advance(1_000)
      const reason = new Error('the supervisor stops')
      abort.abort(reason)
      expect(await starting).to.equal(reason)
      expect((await panes())[0]).to.include({dead: false})
    })
  })

  describe('a bound agent', () => {
    const gate = (...answers: GateAnswer[]): Readonly<Record<string, PluginHandlers>> => ({
      [REQUIRED_PLUGIN]: {...WILLING_OWNER, awaitPort: async () => answers.shift() ?? 'clear'},
    })

    it('waits for its port, says so, and holds the lease until it is ready', async () => {
      await open({bound: true, plugins: gate({notBefore: 1_700_000_030_000, why: 'floor of 30 s', holder: null})})
      const starting = launcher.start(world.project(), world.agent(), new AbortController().signal)
      await world.clock.advance(29_000)
      expect(world.agent()).to.deep.include({state: 'waiting-port', waitingFor: {what: 'port', until: 1_700_000_030_000, holder: null}})
      expect(await panes()).to.deep.equal([])
      await world.clock.advance(31_000)
      await starting
      expect(states()).to.deep.equal(['waiting-port', 'starting', 'ready'])
      expect(world.agent().waitingFor).to.equal(null)
      const run = world.agent().run!.id
      expect(world.ledger.calls).to.deep.equal([`lease 3000 ${run}`, `release 3000 ${run}`])
    })

    it('is looked out for once more right before it is spawned', async () => {
      await open({bound: true, plugins: gate('clear', {notBefore: 1_700_000_005_000, why: 'taken meanwhile', holder: null})})
      const starting = launcher.start(world.project(), world.agent(), new AbortController().signal)
      await world.clock.advance(4_000)
      expect(await panes()).to.deep.equal([])
      await world.clock.advance(2_000)
      await starting
      expect(await panes()).to.have.length(1)
    })

    it('is not spawned when the gate fails', async () => {
      await open({bound: true, plugins: {[REQUIRED_PLUGIN]: {...WILLING_OWNER, awaitPort: () => Promise.reject(new Error('broken'))}}})
      await refusal('ORCH_HOOK_FAILED', start())
      expect(await panes()).to.deep.equal([])
    })

    for (const [what, setting, exported] of [
      ['alone on its port', {}, true],
      ['with a live agent on its port', {others: [anAgent({role: 'tester'})]}, false],
      ['with an ended agent on its port', {others: [anAgent({role: 'tester', state: 'exited'})]}, true],
      ['with a live agent on its port, when it is asked for', {others: [anAgent({role: 'tester'})], exportCallbackPort: true}, true],
      ['alone, when it is refused', {exportCallbackPort: false}, false],
    ] as const) {
      it(`${what} gets ${exported ? 'a' : 'no'} callback port`, async () => {
        await open({bound: true, ...setting})
        await start()
        expect(driver.launches[0]!.env['MCP_OAUTH_CALLBACK_PORT']).to.equal(exported ? '3000' : undefined)
      })
    }
  })

  describe('MCP initialisation', () => {
    it('writes what claude-oauth decided, before the start', async () => {
      const answer = {
        steps: [{step: 'write' as const, path: '/state/mcp.json', content: '{}'}],
        verdicts: [{server: 's', verdict: 'configured' as const, why: 'w'}],
      }
      await open({plugins: {[REQUIRED_PLUGIN]: {...WILLING_OWNER, mcpInit: async () => answer}}})
      await start()
      expect(world.files.text('/state/mcp.json')).to.equal('{}')
      expect(world.log.events.find(({type}) => type === 'mcp.init')!.data).to.deep.equal({verdicts: answer.verdicts})
    })

    const servers = [{name: 's', source: 'user' as const, config: {command: 's'}}]
    const failed: McpProbe = {server: 's', outcome: 'failed', tools: [], why: 'did not answer', output: 'no database'}
    /** Probes first, then says what came of it. */
    const probing = (required: boolean, seen: McpInitInput[] = []): Readonly<Record<string, PluginHandlers>> => ({
      [REQUIRED_PLUGIN]: {
        ...WILLING_OWNER,
        mcpInit: async ({input}) => {
          seen.push(input)
          const steps: McpStep[] = [{step: 'probe', servers, cwd: '/w', timeoutMs: 60_000}]
          const verdicts = (input.probes ?? []).map(({server, why, output}) => ({
            server,
            verdict: 'failed' as const,
            why,
            output,
            required,
          }))
          return input.probes ? {steps: [], verdicts} : {steps, verdicts: []}
        },
      },
    })

    it('has servers probed, tells claude-oauth what came of it, and starts without one that is optional', async () => {
      const seen: McpInitInput[] = []
      probes = [failed]
      await open({plugins: probing(false, seen)})
      await start()
      expect(asked).to.have.length(1)
      expect(asked[0]).to.deep.include({servers, cwd: '/w', timeoutMs: 60_000})
      expect(asked[0]!.env).to.include({LANG: 'C'})
      expect(seen.map((input) => input.probes)).to.deep.equal([null, [failed]])
      expect(world.agent()).to.deep.include({state: 'ready', mcp: [{server: 's', verdict: 'failed', why: 'did not answer'}]})
    })

    it('shows what it waits for', async () => {
      await open({plugins: probing(false)})
      probes = []
      let waiting: unknown
      world.feed.subscribe(({project}) => (waiting ??= project.agents[0]!.waitingFor))
      await start()
      expect(waiting).to.deep.include({what: 'mcp', servers: ['s']})
    })

    it('does not start an agent without a server it requires, says why, and can be asked again', async () => {
      probes = [failed]
      await open({bound: true, plugins: probing(true)})
      const error = await refusal('ORCH_MCP_SERVER', start())
      expect(error.message).to.include('developer').and.include(' s, which did not answer')
      expect(error.remedy).to.include('no database').and.include('oauth.mcp.servers.s.policy')
      expect(await panes()).to.deep.equal([])
      expect(world.agent().state).to.equal('planned')
      expect(world.log.events.map(({type}) => type)).to.include('mcp.init')
      expect((await world.ledger.history(3000)).lease).to.equal(null)
    })

    it('ends what a probe leaves behind, and nothing else', async () => {
      await open({plugins: probing(false)})
      probes = []
      world.host.run(4711, {env: {LANG: 'C'}})
      onProbe = ({env}) => void world.host.run(4712, {env: {ORCH_PROBE: env['ORCH_PROBE']!}, diesOf: 'SIGKILL'})
      await start()
      expect(world.host.signals).to.deep.equal([
        {pid: 4712, signal: 'SIGTERM'},
        {pid: 4712, signal: 'SIGKILL'},
      ])
    })
  })

  it('cannot start an agent of a kind nobody drives', async () => {
    await open({agent: {kind: 'unheard-of'}})
    expect((await refusal('ORCH_CAPABILITY_MISSING', start())).message).to.include('agent:unheard-of')
  })
})
