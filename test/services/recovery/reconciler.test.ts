import {expect} from 'chai'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {StartsUnderWay} from '../../../src/services/launch/starts-under-way.js'
import {Reconciler} from '../../../src/services/recovery/reconciler.js'
import {aMessage, aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const COMMAND = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}

describe('Reconciler', () => {
  let world: World

  /** @param agent as it is on record @param windowName of a pane that stands; null: none stands */
  async function open(agent: Partial<Agent>, windowName: string | null = 'developer'): Promise<{pane: string; pid: number} | null> {
    world = aWorld()
    const messages = [aMessage({state: 'offered', offeredTo: 'r_1'})]
    await world.store.create(aProject({agents: [anAgent(agent)], messages}))
    if (windowName === null) return null
    const {pane} = await world.terminal.createSession({name: 'p_1', windowName, command: COMMAND})
    const [state] = await world.terminal.panes()
    return {pane, pid: state!.pid}
  }

  const reconcile = () =>
    new Reconciler({
      ...world,
      watch: new AgentEvents(world),
      restarts: {takeUp: async () => {}},
      removal: {takeUp: async () => {}},
      launching: new StartsUnderWay(),
    }).reconcileAll()
  const process = (pid: number, startedAt = '5') => ({run: aRun({process: {pid, startedAt}})})

  it('adopts what lives, by pid and start time, and leaves its messages alone', async () => {
    const {pane, pid} = (await open({pane: '%0', ...process(1000)}))!
    expect(pane).to.equal('%0')
    world.host.run(pid, {startedAt: '5'})
    const before = world.project()
    await reconcile()
    expect(world.project()).to.equal(before)
  })

  it('adopts by the run in its environment what was spawned and not recorded', async () => {
    const {pane, pid} = (await open({state: 'starting', run: aRun({process: null})}))!
    world.host.run(pid, {startedAt: '9', env: {ORCH_RUN: 'r_1'}})
    await reconcile()
    expect(world.agent()).to.deep.include({state: 'starting', pane})
    expect(world.agent().run!.process).to.deep.equal({pid, startedAt: '9'})
    expect(world.project().tmux.session).to.equal('$0')
  })

  it('leaves an agent alone that this supervisor is launching', async () => {
    await open({state: 'starting', run: aRun({process: null})}, null)
    const launching = new StartsUnderWay()
    const reconciler = new Reconciler({
      ...world,
      watch: new AgentEvents(world),
      restarts: {takeUp: async () => {}},
      removal: {takeUp: async () => {}},
      launching,
    })
    await launching.during('a_developer', () => reconciler.tick())
    expect(world.agent().state).to.equal('starting')
    await reconciler.tick()
    expect(world.agent().state).to.equal('planned')
  })

  it('takes up the ids of a pane that changed', async () => {
    const {pane, pid} = (await open({pane: '%77', run: aRun({process: null}), state: 'working'}))!
    world.host.run(pid, {env: {ORCH_RUN: 'r_1'}})
    await reconcile()
    expect(world.agent().pane).to.equal(pane)
  })

  it('takes another process with the same pid for another', async () => {
    const {pid} = (await open({pane: '%0', ...process(1000)}))!
    world.host.run(pid, {startedAt: '6'})
    await reconcile()
    expect(world.agent().state).to.equal('exited')
    expect((await world.terminal.panes())[0]).to.include({dead: false})
    expect(world.host.signals).to.deep.equal([])
  })

  it('marks as ended what died in its pane, with its code and its last words', async () => {
    const {pane} = (await open({pane: '%0', ...process(1000)}))!
    world.terminal.print(pane, 'out of memory')
    world.terminal.end(pane, {code: 137})
    await reconcile()
    expect(world.agent()).to.include({state: 'exited', exitCode: 137})
    expect(world.message().state).to.equal('accepted')
    expect(world.files.text(`${world.agent().directory}/last-words.txt`)).to.include('out of memory')
  })

  it('marks as lost what has no pane any more', async () => {
    await open({pane: '%0', ...process(1000)}, null)
    await reconcile()
    expect(world.agent().state).to.equal('lost')
  })

  it('does not take another window for the agent’s', async () => {
    const {pid} = (await open({pane: '%0', ...process(1000)}, 'tester'))!
    world.host.run(pid, {startedAt: '5'})
    await reconcile()
    expect(world.agent().state).to.equal('lost')
  })

  it('asks again for a start that waited for its port', async () => {
    await open({state: 'waiting-port', run: aRun({process: null}), waitingFor: {what: 'port', until: 1, holder: null}}, null)
    await reconcile()
    expect(world.agent()).to.include({state: 'planned', waitingFor: null})
  })

  it('asks again for a start that had no process yet', async () => {
    await open({state: 'starting', run: aRun({process: null})}, null)
    await reconcile()
    expect(world.agent().state).to.equal('planned')
  })

  for (const state of ['planned', 'exited', 'stopped', 'lost'] as const) {
    it(`leaves an agent that is ${state} as it is`, async () => {
      await open({state}, null)
      const before = world.project()
      await reconcile()
      expect(world.project()).to.equal(before)
    })
  }

  it('reads receipts that came while nobody looked', async () => {
    const {pid} = (await open({pane: '%0', ...process(1000), transcript: {path: '/t', position: 0}}))!
    world.host.run(pid, {startedAt: '5'})
    world.driver.transcripts.set('/t', [{kind: 'acknowledged', text: '[orch m_1 from person] hello'}])
    await reconcile()
    expect(world.message().state).to.equal('acknowledged')
  })
})
