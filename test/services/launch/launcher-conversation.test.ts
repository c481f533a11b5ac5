import {expect} from 'chai'
import type {MemoryPane, MemoryProgram} from '@orch/plugin-kit/testing'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import type {Briefings} from '../../../src/services/briefing/write.js'
import {Launcher} from '../../../src/services/launch/launcher.js'
import {McpInitialisation} from '../../../src/services/launch/mcp-initialisation.js'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {PortHolds} from '../../../src/services/oauth/port-holds.js'
import {Readiness} from '../../../src/services/launch/readiness.js'
import {StartLeases} from '../../../src/services/oauth/start-leases.js'
import {AgentStopper} from '../../../src/services/agents/stop-agent.js'
import {Windows} from '../../../src/services/launch/windows.js'
import {anApproval, aPlannedAgent, aProject, aRun} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {FakeDriver, report} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

describe('an agent that is started again', () => {
  let world: World
  let launcher: Launcher
  let driver: FakeDriver
  let watch: AgentEvents

  /** Reports ready as soon as it runs, as its hook would. */
  const eager: MemoryProgram = ({command: {env}}) => {
    void watch.onReport('p_1', env['ORCH_AGENT']!, env['ORCH_RUN']!, report({kind: 'ready', cwd: null}))
  }

  async function open({agent, program = eager}: {agent: Partial<Agent>; program?: MemoryProgram}): Promise<void> {
    driver = new FakeDriver()
    world = aWorld({drivers: [driver], terminal: {programs: {'fake-agent': program}}})
    await world.store.create(aProject({state: 'starting', agents: [aPlannedAgent(agent)]}))
    watch = new AgentEvents(world)
    const gate = new PortGate(world)
    launcher = new Launcher({
      ...world,
      readiness: new Readiness(world),
      windows: new Windows(world),
      gate,
      leases: new StartLeases({...world, gate}),
      holds: new PortHolds(world),
      watch,
      mcp: new McpInitialisation({...world, prober: {probe: async () => []}}),
      terminator: new AgentStopper({...world, watch}),
      briefings: {write: async () => '/state/briefing.md'} as unknown as Briefings,
      context: {state: '/state', socket: '/state/orch.sock', bin: '/state/bin'},
      attended: () => false,
    })
    for (let pid = 1000; pid < 1010; pid++) world.host.run(pid, {startedAt: `at ${pid}`})
  }

  async function start(): Promise<void> {
    const starting = launcher.start(world.project(), world.agent(), new AbortController().signal)
    starting.catch(() => undefined)
    await world.clock.advance(60_000)
    await starting
  }

  it('has its time once, however often its supervisor dies meanwhile', async () => {
    await open({agent: {}, program: () => {}})
    const dies = async (afterMs: number) => {
      const abort = new AbortController()
      const starting = failureOf(launcher.start(world.project(), world.agent(), abort.signal))
      await world.clock.advance(afterMs)
      abort.abort(new Error('the supervisor was killed'))
      await starting
    }
    for (const ms of [50_000, 50_000]) await dies(ms)
    const starting = refusal('ORCH_AGENT_START', launcher.start(world.project(), world.agent(), new AbortController().signal))
    await world.clock.advance(20_000)
    expect((await starting).message).to.include('nothing was heard')
  })

  it('has no open request of the run before: the agent is told to ask again', async () => {
    await open({agent: {state: 'exited', hasConversation: true, run: aRun({id: 'r_old'})}})
    const approvals = [anApproval({id: 'q_1', from: 'a_developer'}), anApproval({id: 'q_2', from: 'a_tester'})]
    await world.recorder.change('p_1', (before) => ({project: {...before, requests: approvals}, events: []}))
    await start()
    expect(world.project().requests.map(({id, state}) => [id, state])).to.deep.equal([
      ['q_1', 'withdrawn'],
      ['q_2', 'pending'],
    ])
    expect(world.project().messages.map(({to, text}) => [to, text.includes('when you were started again')])).to.deep.equal([
      ['a_developer', true],
    ])
  })

  it('is taken up when it is on disk, though the report of its beginning was lost', async () => {
    await open({agent: {state: 'lost', hasConversation: false, run: aRun({id: 'r_old'})}})
    driver.hasConversation = async ({conversation}) => conversation === world.agent().conversation
    await start()
    expect(driver.launches[0]).to.include({resume: true})
    expect(driver.launches[0]!.firstPrompt).to.include('interruption')
  })

  it('is begun when it was reported and never came to disk', async () => {
    await open({agent: {state: 'lost', hasConversation: true, run: aRun({id: 'r_old'})}})
    driver.hasConversation = async () => false
    await start()
    expect(driver.launches[0]).to.include({resume: false})
    expect(world.agent()).to.include({state: 'ready', hasConversation: true})
  })

  it('is resumed after a refusal to begin it, begun after a refusal to resume it, and another one after both', async () => {
    await open({
      agent: {state: 'lost', hasConversation: false, run: aRun({id: 'r_old'})},
      program: (pane: MemoryPane) => {
        const {launches} = driver
        if (launches.length > 2) return eager(pane)
        pane.print(`refused ${launches.at(-1)!.resume ? 'missing' : 'exists'}\n`)
        pane.end({code: 1})
      },
    })
    const first = world.agent().conversation
    for (let attempt = 0; attempt < 2; attempt++) await refusal('ORCH_AGENT_START', start())
    await start()
    expect(driver.launches.map(({resume}) => resume)).to.deep.equal([false, true, false])
    expect(driver.launches.map(({conversation}) => conversation === first)).to.deep.equal([true, true, false])
    expect(world.agent()).to.include({state: 'ready', hasConversation: true})
    expect(world.agent().context).to.deep.equal({handedOver: true})
  })
})
