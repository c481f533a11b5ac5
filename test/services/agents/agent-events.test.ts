import {expect} from 'chai'
import type {AgentSignal, AgentState} from '@orch/plugin-kit'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {needsOf} from '../../../src/domain/need.js'
import {aMessage, aProject, anAgent} from '../../support/builders.js'
import {failureOf} from '../../support/failure.js'
import {FakeDriver, report} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const TEXT = '[orch m_1 from person] hello'

describe('AgentEvents', () => {
  let world: World
  let watch: AgentEvents
  const driver = () => world.drivers.get('fake') as FakeDriver

  async function open(agent: Partial<Agent> = {}, options: {bound?: boolean} = {}): Promise<void> {
    world = aWorld({drivers: [new FakeDriver({usesOauthPort: options.bound ?? false})]})
    watch = new AgentEvents(world)
    const messages = [aMessage({state: 'offered', offeredTo: 'r_1'}), aMessage({id: 'm_2', state: 'accepted'})]
    await world.store.create(aProject({agents: [anAgent(agent), anAgent({role: 'tester'})], messages}))
  }

  const hear = (...signals: AgentSignal[]) => watch.onReport('p_1', 'a_developer', 'r_1', report(...signals))

  describe('a report', () => {
    it('of a turn that ended with work behind it says so', async () => {
      await open()
      await hear({kind: 'working', background: true})
      expect(world.agent()).to.include({state: 'working'})
      expect(world.agent().evidence.what).to.equal('a background task runs')
    })

    for (const [signal, state, waits] of [
      [{kind: 'working'}, 'working', null],
      [{kind: 'idle'}, 'idle', null],
      [{kind: 'needs-input', what: 'a permission'}, 'needs-input', {what: 'dialog', until: null, holder: null}],
      [{kind: 'limited', what: '5 h limit', resetsAt: 99}, 'limited', {what: 'limit', until: 99, holder: null}],
    ] as const satisfies readonly (readonly [AgentSignal, AgentState, Agent['waitingFor']])[]) {
      it(`that it is ${signal.kind} is its state, with evidence`, async () => {
        await open({state: 'ready'})
        world.clock.jump(7)
        await hear(signal)
        expect(world.agent()).to.deep.include({state, waitingFor: waits})
        expect(world.agent().evidence).to.include({source: 'hook', at: world.clock.now()})
      })
    }

    it('that names a transcript in passing counts only where the file is', async () => {
      await open({transcript: {path: '/t', position: 5}})
      await hear({kind: 'transcript', path: '/moved', ifThere: true})
      expect(world.agent().transcript).to.deep.equal({path: '/t', position: 5})
      await world.files.writePrivate('/moved', '')
      await hear({kind: 'transcript', path: '/moved', ifThere: true})
      expect(world.agent().transcript).to.deep.equal({path: '/moved', position: 0})
    })

    it('that it works outside of its worktree is a need of a person until it is back', async () => {
      await open()
      const needs = () => needsOf(world.project(), world.clock.now()).map(({what}) => what)
      await hear({kind: 'place', cwd: `${world.agent().worktree}/src`})
      expect(needs()).to.deep.equal([])
      await hear({kind: 'place', cwd: `${world.agent().worktree}-side`})
      await hear({kind: 'place', cwd: `${world.agent().worktree}-side`})
      expect(needs()).to.have.length(1)
      expect(needs()[0]).to.include(`works in ${world.agent().worktree}-side`)
      await hear({kind: 'place', cwd: world.agent().worktree})
      expect(needs()).to.deep.equal([])
    })

    it('of what runs beside its turns is kept until it ends, and gone with the run', async () => {
      await open({state: 'starting'})
      await hear({kind: 'beside', tasks: [{id: 'b1', what: 'shell: x'}]}, {kind: 'beside-began', task: {id: 'a1', what: 'subagent: y'}})
      await hear({kind: 'beside-ended', id: 'b1'}, {kind: 'wakes', times: ['* * * * *']})
      expect(world.agent().beside).to.deep.equal([{id: 'a1', what: 'subagent: y'}])
      expect(world.agent().wakes).to.deep.equal(['* * * * *'])
      await hear({kind: 'ready', cwd: world.agent().worktree})
      expect(world.agent()).to.deep.include({beside: [], wakes: []})
    })

    it('clears what it waited for when it works again', async () => {
      await open({state: 'limited', waitingFor: {what: 'limit', until: 1, holder: null}})
      await hear({kind: 'working'})
      expect(world.agent().waitingFor).to.equal(null)
    })

    it('that a bound agent is ready gives its start lease back, whoever took it', async () => {
      await open({state: 'starting', oauthPort: 3000}, {bound: true})
      await world.ledger.takeLease(3000, {run: 'r_1', agent: 'a_developer'})
      await hear({kind: 'ready', cwd: world.agent().worktree})
      expect((await world.ledger.history(3000)).lease).to.equal(null)
    })

    it('that it is ready counts only while it starts', async () => {
      await open({state: 'starting', hasConversation: false})
      await hear({kind: 'ready', cwd: world.agent().worktree})
      expect(world.agent()).to.include({state: 'ready', hasConversation: true})
      await hear({kind: 'working'})
      // A compaction starts a session in the middle of the work.
      await hear({kind: 'ready', cwd: null})
      expect(world.agent().state).to.equal('working')
    })

    it('that it was ready counts for its conversation also when it ended before the report came', async () => {
      await open({state: 'lost', hasConversation: false})
      await hear({kind: 'ready', cwd: null})
      expect(world.agent()).to.include({state: 'lost', hasConversation: true})
    })

    it('that it started in another folder brings a person in', async () => {
      await open({state: 'starting'})
      await hear({kind: 'ready', cwd: '/somewhere/else'})
      expect(world.agent()).to.deep.include({state: 'needs-input', waitingFor: {what: 'person', until: null, holder: null}})
      expect(world.agent().evidence.what).to.include('/somewhere/else')
    })

    it('names its transcript once, and reads on where it was', async () => {
      await open()
      await hear({kind: 'transcript', path: '/t'})
      await world.store.update('p_1', (project) => ({
        ...project,
        agents: project.agents.map((agent) => ({...agent, transcript: agent.transcript && {...agent.transcript, position: 5}})),
      }))
      await hear({kind: 'transcript', path: '/t'})
      expect(world.agent().transcript).to.deep.equal({path: '/t', position: 5})
      await hear({kind: 'transcript', path: '/other'})
      expect(world.agent().transcript).to.deep.equal({path: '/other', position: 0})
    })

    it('that holds a message is its receipt', async () => {
      await open()
      await hear({kind: 'submitted', text: TEXT})
      expect(world.message()).to.include({state: 'submitted'})
      await hear({kind: 'acknowledged', text: TEXT})
      expect(world.message()).to.include({state: 'acknowledged', acknowledgedAt: world.clock.now()})
      expect(world.message('m_2').state).to.equal('accepted')
    })

    it('that it goes on with another conversation is what the next start takes up', async () => {
      await open()
      await hear({kind: 'conversation', id: 'another'})
      expect(world.agent().conversation).to.equal('another')
    })

    it('that tells of a time before what is known changes no state', async () => {
      await open({state: 'idle'})
      const {at} = world.agent().evidence
      await hear({kind: 'limited', what: 'old', resetsAt: 1, at})
      expect(world.agent().state).to.equal('idle')
      await hear({kind: 'limited', what: 'new', resetsAt: 1, at: at + 1})
      expect(world.agent().state).to.equal('limited')
    })

    it('that no dialog stands on its screen is a matter for a person', async () => {
      await open()
      await hear({kind: 'needs-input', what: 'model_not_found', dialog: false})
      expect(world.agent().waitingFor).to.deep.equal({what: 'person', until: null, holder: null})
    })

    it('that it is ending is no end', async () => {
      await open()
      await hear({kind: 'ending', why: 'logout'})
      expect(world.agent().state).to.equal('working')
    })

    it('of several signals is told whole', async () => {
      await open({state: 'starting'})
      await hear({kind: 'transcript', path: '/t'}, {kind: 'ready', cwd: null}, {kind: 'working'})
      expect(world.agent()).to.deep.include({state: 'working', transcript: {path: '/t', position: 0}})
      expect(world.log.events.map(({data}) => data['to'])).to.deep.equal(['ready', 'working'])
    })

    it('of an older run, another agent or nobody changes nothing', async () => {
      await open({state: 'idle'})
      const before = world.project()
      await watch.onReport('p_1', 'a_developer', 'r_0', report({kind: 'working'}))
      await watch.onReport('p_1', 'a_nobody', 'r_1', report({kind: 'working'}))
      await watch.onReport('p_none', 'a_developer', 'r_1', report({kind: 'working'}))
      expect(world.project()).to.equal(before)
    })

    it('that comes after the end brings nobody back to life, but its receipts count', async () => {
      await open({state: 'exited', exitCode: 0})
      await hear({kind: 'working'}, {kind: 'acknowledged', text: TEXT})
      expect(world.agent()).to.include({state: 'exited', exitCode: 0})
      expect(world.message().state).to.equal('acknowledged')
    })
  })

  describe('transcripts', () => {
    it('are read to their end when the agent begins another, which no late look takes back', async () => {
      await open({transcript: {path: '/t', position: 0}})
      driver().transcripts.set('/t', [{kind: 'acknowledged', text: TEXT}])
      driver().transcripts.set('/new', [])
      await hear({kind: 'transcript', path: '/new'}, {kind: 'context-lost', how: 'clear'})
      expect(world.message()).to.include({id: 'm_1', state: 'acknowledged'})
      expect(world.agent().transcript).to.deep.equal({path: '/new', position: 0})
      let calls = 0
      driver().readTranscript = async () => {
        if (calls++ === 0) await hear({kind: 'transcript', path: '/newer'})
        return {position: 1, signals: []}
      }
      await watch.readTranscripts('p_1')
      expect(world.agent().transcript).to.deep.equal({path: '/newer', position: 0})
    })

    it('are read on where they were left, and hold receipts', async () => {
      await open({transcript: {path: '/t', position: 0}})
      driver().transcripts.set('/t', [{kind: 'working'}])
      await watch.readTranscripts('p_1')
      driver().transcripts.get('/t')!.push({kind: 'acknowledged', text: TEXT})
      await watch.readTranscripts('p_1')
      expect(world.message().state).to.equal('acknowledged')
      expect(world.agent().transcript).to.deep.equal({path: '/t', position: 2})
    })

    it('with nothing new make no revision', async () => {
      await open({transcript: {path: '/t', position: 0}})
      driver().transcripts.set('/t', [])
      await watch.readTranscripts('p_1')
      expect(world.project().revision).to.equal(1)
    })

    it('that cannot be read are said so, and end nothing', async () => {
      await open({transcript: {path: '/gone', position: 0}})
      await watch.readTranscripts('p_1')
      expect(world.logger.lines.map(({level}) => level)).to.deep.equal(['warn'])
    })
  })

  describe('an end', () => {
    async function run(agent: Partial<Agent> = {}, options: {bound?: boolean} = {}): Promise<string> {
      await open(agent, options)
      const command = {argv: ['fake', 'agent'], cwd: '/', env: {}}
      const {pane, window} = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})
      await world.store.update('p_1', (project) => ({
        ...project,
        agents: project.agents.map((each) => (each.role === 'developer' ? {...each, pane, window} : each)),
      }))
      return pane
    }
    const exitOf = (pane: string, exit: {code: number | null; signal: string | null}) => ({session: '$0', window: '@0', pane, exit})

    it('is recorded with its code, keeps its last words, and gives messages back', async () => {
      const pane = await run()
      world.terminal.print(pane, 'line 1\nthe last line')
      world.terminal.end(pane, {code: 7})
      await watch.onExit(exitOf(pane, {code: 7, signal: null}), true)
      expect(world.agent()).to.include({state: 'exited', exitCode: 7})
      expect(world.agent().evidence).to.include({source: 'process', what: 'exit code 7'})
      expect(world.files.text(`${world.agent().directory}/last-words.txt`)).to.include('the last line')
      expect(world.message()).to.include({state: 'accepted', offeredTo: null})
    })

    for (const [exit, what] of [
      [{code: null, signal: 'SIGKILL'}, 'ended by SIGKILL'],
      [{code: null, signal: null}, 'ended, exit status unknown'],
    ] as const) {
      it(`${what} is said so`, async () => {
        const pane = await run()
        await watch.onExit(exitOf(pane, exit), true)
        expect(world.agent()).to.include({state: 'exited', exitCode: null})
        expect(world.agent().evidence.what).to.equal(what)
      })
    }

    it('of a run that lasted lets the restarts count anew', async () => {
      for (const [lasted, restarts] of [
        [15 * 60_000 - 1, 2],
        [15 * 60_000, 0],
      ] as const) {
        const pane = await run({restarts: 2})
        world.clock.jump(lasted - (world.clock.now() - world.agent().run!.startedAt))
        await watch.onExit(exitOf(pane, {code: 1, signal: null}), true)
        expect(world.agent().restarts, String(lasted)).to.equal(restarts)
      }
    })

    it('leaves nobody behind', async () => {
      const pane = await run()
      world.host.run(77, {env: {ORCH_RUN: 'r_1'}})
      await watch.onExit(exitOf(pane, {code: null, signal: 'SIGKILL'}), true)
      await world.clock.advance(6_000)
      expect(world.host.signals).to.deep.equal([{pid: 77, signal: 'SIGTERM'}])
    })

    it('of a window is a loss', async () => {
      const pane = await run()
      await watch.onExit(exitOf(pane, {code: null, signal: null}), false)
      expect(world.agent()).to.include({state: 'lost'})
    })

    it('comes after the receipts that the transcript holds', async () => {
      const pane = await run({transcript: {path: '/t', position: 0}})
      driver().transcripts.set('/t', [{kind: 'acknowledged', text: TEXT}])
      await watch.onExit(exitOf(pane, {code: 0, signal: null}), true)
      expect(world.message().state).to.equal('acknowledged')
    })

    it('of a pane that is nobody’s is nothing', async () => {
      await run()
      await watch.onExit(exitOf('%99', {code: 0, signal: null}), true)
      expect(world.project().agents.map(({state}) => state)).to.deep.equal(['working', 'working'])
    })

    it('of the server is the loss of everyone who lived', async () => {
      await run()
      await world.store.update('p_1', (project) => ({
        ...project,
        agents: [...project.agents, anAgent({role: 'writer', state: 'exited', exitCode: 0})],
      }))
      world.terminal.dropServer()
      await watch.onServerLost()
      expect(world.project().agents.map(({state}) => state)).to.deep.equal(['lost', 'lost', 'exited'])
    })

    it('of a server says nothing of an agent that runs in the next one', async () => {
      await run()
      await watch.onServerLost()
      expect(world.agent().state).to.equal('working')
    })

    it('of a bound agent is an exit in the ledger when its pane stands', async () => {
      const pane = await run({}, {bound: true})
      await watch.onExit(exitOf(pane, {code: 0, signal: null}), true)
      expect(world.ledger.calls).to.deep.equal(['exit 3000'])
      expect(world.log.events.map(({type}) => type)).to.include('oauth.exit')
    })

    it('of a bound agent is a kill in the ledger when its window is gone', async () => {
      const pane = await run({}, {bound: true})
      await watch.onExit(exitOf(pane, {code: null, signal: null}), false)
      expect(world.ledger.calls).to.deep.equal(['kill 3000'])
      expect(world.log.events.map(({type}) => type)).to.include('oauth.kill')
    })

    it('of an agent that is not bound is nothing to the ledger', async () => {
      const pane = await run()
      await watch.onExit(exitOf(pane, {code: null, signal: null}), false)
      expect(world.ledger.calls).to.deep.equal([])
    })

    it('of a bound agent’s window is a kill too, long after the agent ended, and told once', async () => {
      for (const state of ['exited', 'stopped', 'quarantined'] as const) {
        const pane = await run({state}, {bound: true})
        const {window} = (await world.terminal.panes()).find((each) => each.pane === pane)!
        await watch.noticeVanished()
        expect(world.ledger.calls, 'while it stands').to.deep.equal([])
        await world.terminal.killWindow(window)
        await watch.noticeVanished('p_other')
        expect(world.ledger.calls, 'of another project').to.deep.equal([])
        await watch.noticeVanished('p_1')
        await watch.noticeVanished()
        expect(world.ledger.calls).to.deep.equal(['kill 3000'])
        expect(world.agent()).to.include({state, pane: null, window: null})
        expect(world.log.events.filter(({type}) => type === 'oauth.kill')).to.have.length(1)
      }
    })

    it('of a window is told elsewhere while its agent runs, and is nothing to the ledger where the agent is not bound', async () => {
      for (const [agent, bound] of [
        [{state: 'working'}, true],
        [{state: 'exited'}, false],
      ] as const) {
        const pane = await run(agent, {bound})
        await world.terminal.killWindow((await world.terminal.panes()).find((each) => each.pane === pane)!.window)
        await watch.noticeVanished()
        expect(world.ledger.calls).to.deep.equal([])
        expect(world.agent()).to.include({pane})
      }
    })

    it('of a window that the contract cannot record is told again', async () => {
      const pane = await run({state: 'exited'}, {bound: true})
      await world.terminal.killWindow((await world.terminal.panes()).find((each) => each.pane === pane)!.window)
      world.ledger.failure = new Error('no space left on device')
      await failureOf(watch.noticeVanished())
      expect(world.agent()).to.include({pane})
      world.ledger.failure = null
      await watch.noticeVanished()
      expect(world.ledger.calls).to.deep.equal(['kill 3000'])
    })

    it('that orch brought about keeps its state, its last words and the contract', async () => {
      const pane = await run({state: 'stopped'}, {bound: true})
      world.terminal.print(pane, 'bye')
      await watch.onStopped(world.project(), world.agent())
      expect(world.agent().state).to.equal('stopped')
      expect(world.files.text(`${world.agent().directory}/last-words.txt`)).to.equal('bye\n')
      expect(world.ledger.calls).to.deep.equal(['exit 3000'])
      expect(world.message(), 'what it has no receipt for is for its next run').to.include({id: 'm_1', state: 'accepted'})
    })
  })
})
