import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import type {ScreenReading, Terminal} from '@orch/plugin-kit'
import {LocalFiles} from '../../../src/adapters/local-files.js'
import {LocalHost} from '../../../src/adapters/local-host.js'
import {ExecaRunner} from '../../../src/adapters/process-runner.js'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {SystemClock} from '../../../src/adapters/system-clock.js'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {McpApprovalStart} from '../../../src/services/launch/mcp-approval-start.js'
import {RunProcesses} from '../../../src/services/agents/run-processes.js'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {AgentStopper} from '../../../src/services/agents/stop-agent.js'
import {Windows} from '../../../src/services/launch/windows.js'
import {RehearsalDriver} from '../../../plugins/rehearsal/src/index.js'
import {TestServer} from '../../../plugins/tmux/test/support/tmux-server.js'
import {eventually} from '../../contract/eventually.js'
import {aPlannedAgent, aProject, aRun} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld} from '../../support/world.js'

const PLAYER = fileURLToPath(new URL('../../../plugins/rehearsal/dist/player/main.js', import.meta.url))
const GATE = {step: 'gate', approve: ['rehearsal'], keyMs: 100, minMs: 300, timeoutMs: 60_000} as const

/** The rehearsal agent, bound like Claude Code; a dialog can be made one that nobody knows. */
class BoundRehearsal extends RehearsalDriver {
  override get usesOauthPort(): true {
    return true
  }
  unknown: string | null = null
  override readScreen(screen: string): ScreenReading {
    const reading = super.readScreen(screen)
    return reading.what === 'dialog' && reading.name === this.unknown ? {...reading, name: 'unknown', answer: null} : reading
  }
}

/** A real terminal, a real process in it, its real dialogs; the port is always clear. */
describe('McpApprovalStart', function () {
  this.timeout(90_000)
  let server: TestServer
  let terminal: Terminal
  let world: ReturnType<typeof aWorld>
  let driver: BoundRehearsal
  let abort: AbortController

  beforeEach(async () => {
    server = await TestServer.make()
    terminal = server.terminal()
    await terminal.open()
    driver = new BoundRehearsal({schemas: new AjvValidator(), hookCommand: ['/bin/false'], player: PLAYER, version: '0'})
    world = aWorld({drivers: [driver]})
    abort = new AbortController()
    const folder = (name: string) => join(server.folder, name)
    for (const name of ['worktree', 'agent']) await mkdir(folder(name))
    const agent = aPlannedAgent({
      kind: 'rehearsal',
      state: 'waiting-port',
      worktree: folder('worktree'),
      directory: folder('agent'),
      run: aRun({process: null}),
    })
    await world.store.create(aProject({state: 'starting', agents: [agent]}))
  })
  afterEach(() => server.dispose())

  const open = (dialogs: object) => {
    const own = {clock: new SystemClock(), host: new LocalHost(new ExecaRunner()), files: new LocalFiles()}
    const real = {...world, ...own, terminal, leftovers: new RunProcesses({...world, ...own})}
    const watch = new AgentEvents(real)
    terminal.onExit((exit) => void watch.onExit(exit, true))
    const [project, agent, run] = [world.project(), world.agent(), world.agent().run!]
    const request = {
      port: 3000,
      agent: agent.id,
      run: run.id,
      reason: 'start' as const,
      project: project.id,
      role: agent.role,
      asked: {at: 0, monotonic: 0},
      settings: {},
      note: () => {},
      attended: () => false,
      onWait: () => {},
      signal: abort.signal,
    }
    const services = {
      windows: new Windows(real),
      watch,
      terminator: new AgentStopper({...real, watch}),
      gate: new PortGate(real),
    }
    return new McpApprovalStart({...real, ...services}, {project, agent, run, driver, request}, () =>
      driver.launch({
        project: {id: project.id, name: project.name, repository: agent.worktree},
        agent,
        run,
        conversation: agent.conversation,
        resume: false,
        worktree: agent.worktree,
        directory: agent.directory,
        briefing: join(agent.directory, 'briefing.md'),
        firstPrompt: null,
        env: {...server.environment, ORCH_RUN: run.id, ORCH_TOKEN: 'secret', ORCH_SOCKET: '/nowhere', TERM: 'tmux-256color'},
        settings: {speed: 0, dialogs},
        options: {},
        readable: [],
        mcp: 'approval',
      }),
    )
  }
  const states = () => world.log.events.filter(({type}) => type === 'agent.state').map(({data}) => data['to'])

  it('walks the dialogs, leaves, and kills the window, each by the contract', async () => {
    await world.ledger.takeLease(3000, {run: 'r_1', agent: 'a_developer'})
    const approval = open({trust: true, mcp: true, bypass: true})
    await approval.perform({step: 'start', minMs: 100})
    const [pane] = await terminal.panes()
    expect(pane).to.include({windowName: 'developer', dead: false})
    await approval.perform(GATE)
    expect(driver.readScreen(await terminal.capture(pane!.pane))).to.include({what: 'composer'})
    await approval.perform({step: 'exit', minMs: 0})
    expect((await terminal.panes())[0]).to.deep.include({pane: pane!.pane, dead: true, exit: {code: 0, signal: null}})
    await approval.perform({step: 'kill'})
    expect(await terminal.panes()).to.deep.equal([])
    await approval.perform({step: 'recreate', minMs: 0})
    expect(states()).to.deep.equal(['starting', 'exited', 'waiting-port'])
    expect(world.agent()).to.include({window: null, pane: null, hasConversation: false})
    // A start, its exit, the wait for the port, the kill before and after it is done, and the lease of the start that follows.
    const [lease, release] = ['lease 3000 r_1', 'release 3000 r_1']
    expect(world.ledger.calls).to.deep.equal([lease, 'exit 3000', release, lease, 'kill 3000', release, 'kill 3000', lease])
    expect(world.log.events.map(({type}) => type)).to.include.members(['oauth.exit', 'oauth.kill'])
  })

  it('asks a person at a dialog nobody knows, with the screen, and goes on when it is gone', async () => {
    driver.unknown = 'mcp'
    const approval = open({trust: true, mcp: true})
    await approval.perform({step: 'start', minMs: 100})
    const approving = approval.perform(GATE)
    await eventually(() => expect(world.agent().state).to.equal('needs-input'))
    expect(world.agent().evidence).to.include({source: 'screen'})
    expect(world.agent().evidence.what).to.include('New MCP server found in this project: rehearsal')
    // The person turns it down.
    await terminal.pressKeys(world.agent().pane!, ['Enter'])
    await approving
    expect(states()).to.deep.equal(['starting', 'needs-input', 'starting'])
  })

  it('is taken up by the next supervisor where it stands, and started only once', async () => {
    await open({trust: true}).perform({step: 'start', minMs: 0})
    const [before] = await terminal.panes()
    await open({trust: true})
      .perform({step: 'start', minMs: 0})
      .catch(() => undefined)
    expect((await terminal.panes()).map(({pid}) => pid)).to.deep.equal([before!.pid])
  })

  it('that takes too long is ended, and shown with its screen', async () => {
    const approval = open({})
    await approval.perform({step: 'start', minMs: 0})
    driver.readScreen = () => ({what: 'unknown'})
    const error = await refusal('ORCH_AGENT_START', approval.perform({...GATE, timeoutMs: 500}))
    expect(error.message).to.include('approval of its MCP servers')
    await eventually(async () => expect((await terminal.panes())[0]).to.include({dead: true}))
  })
})
