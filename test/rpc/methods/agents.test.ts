import {expect} from 'chai'
import type {TeamCatalog} from '@orch/plugin-kit'
import type {Methods} from '../../../src/rpc/method.js'
import {agentMethods} from '../../../src/rpc/methods/agents.js'
import {AgentControl} from '../../../src/services/control/agent-control.js'
import {AgentLog} from '../../../src/services/status/agent-log.js'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {PortBlocks} from '../../../src/services/projects/port-blocks.js'
import type {Restarts} from '../../../src/services/agents/restarts.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import type {AgentStatus} from '../../../src/services/status/status.js'
import {aPlan, aProject, aRole, anAgent} from '../../support/builders.js'
import {asAgent, callOf, PERSON, streamOf} from '../../support/callers.js'
import {refusal} from '../../support/failure.js'
import {report} from '../../support/fake-driver.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const COMMAND = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}

describe('agents over the socket', () => {
  let world: World
  let methods: Methods
  let done: string[]

  function open(agents: readonly Agent[] = [anAgent(), anAgent({role: 'tester'})], more: ReturnType<typeof aProject>[] = []): void {
    world = aWorld({projects: [aProject({agents}), ...more]})
    done = []
    world.files.put('/state/projects/p_1/plan.json', JSON.stringify(aPlan()))
    const control = new AgentControl({
      ...world,
      terminator: {stop: async (_, agent, why) => void done.push(`stop ${agent}: ${why}`)},
      restarts: {
        restart: async (_: string, agent: string, {why, fresh}: {why: string; fresh: boolean}) =>
          void done.push(`restart ${agent}, ${fresh ? 'fresh' : 'resumed'}: ${why}`),
      } as unknown as Restarts,
      removal: {
        remove: async (_, {role}, {leaveWork}) => void done.push(`remove ${role}${leaveWork ? ', its work left out' : ''}`),
      },
      context: {rebrief: async (_, {role}) => `m_of_${role}`},
      catalog: async () => ({role: (key: string) => aRole({key, title: key})}) as unknown as TeamCatalog,
      portBlocks: new PortBlocks(world.host),
      ports: () => ({first: 41_000, perAgent: 10}),
    })
    methods = agentMethods({
      ...world,
      watch: new AgentEvents(world),
      rollCall: new ProjectFinder(world.store),
      agentLog: new AgentLog(world),
      control,
      vitals: {of: (id) => (id === 'a_tester' ? {cpuPercent: 12, rssBytes: 1024, processes: 3} : null)},
    })
  }
  const ask = <R = AgentStatus>(name: string, params: object = {}, caller = PERSON) => callOf<R>(methods, name, params, caller)

  /** The developer in a pane of a real (in-memory) terminal. */
  async function place(): Promise<string> {
    const {pane, window, session} = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command: COMMAND})
    await world.store.update('p_1', (project) => ({
      ...project,
      tmux: {...project.tmux, session},
      agents: project.agents.map((agent) => (agent.role === 'developer' ? {...agent, pane, window} : agent)),
    }))
    return pane
  }

  beforeEach(() => open())

  describe('a report of a hook', () => {
    const words = {project: 'p_1', agent: 'a_developer', run: 'r_1', ...report({kind: 'idle'})}

    it('of the run that calls moves its agent', async () => {
      expect(await ask('agent.report', words, asAgent())).to.deep.equal({})
      expect(world.agent().state).to.equal('idle')
    })

    for (const [who, caller] of [
      ['a person', PERSON],
      ['another agent', asAgent('tester')],
      ['an agent of another project', asAgent('developer', 'p_2')],
    ] as const) {
      it(`is not taken from ${who}`, async () => {
        expect((await refusal('ORCH_UNAUTHORISED', ask('agent.report', words, caller))).exit).to.equal(77)
        expect(world.agent().state).to.equal('working')
      })
    }

    it('of a run that is over changes nothing', async () => {
      await ask('agent.report', {...words, run: 'r_0'}, asAgent())
      expect(world.agent().state).to.equal('working')
    })
  })

  describe('of a look', () => {
    it('shows every agent with what it takes, and one by its role', async () => {
      const all = await ask<AgentStatus[]>('agent.list')
      expect(all.map(({role, vitals}) => [role, vitals?.processes ?? null])).to.deep.equal([
        ['developer', null],
        ['tester', 3],
      ])
      expect(await ask('agent.show', {role: 'Tester'})).to.include({id: 'a_tester', state: 'working'})
      const error = await refusal('ORCH_NOT_FOUND', ask('agent.show', {role: 'designer'}))
      expect(error.remedy).to.include('developer, tester')
    })

    it('shows no agent to an empty word', async () => {
      open([anAgent()])
      await refusal('ORCH_NOT_FOUND', ask('agent.show', {role: ''}))
      await refusal('ORCH_NOT_FOUND', ask('agent.stop', {project: 'p_1', role: ''}))
      await refusal('ORCH_NOT_FOUND', ask('agent.stop', {project: '', role: 'developer'}))
      expect(done).to.deep.equal([])
    })

    it('asks which project is meant, but shows an agent its own team', async () => {
      open(undefined, [aProject({id: 'p_2', createdAt: 9})])
      await refusal('ORCH_AMBIGUOUS', ask('agent.list'))
      await refusal('ORCH_AMBIGUOUS', ask('team.status'))
      expect(await ask('team.status', {}, asAgent())).to.include({id: 'p_1'})
    })

    it('holds a hundred agents', async () => {
      open(Array.from({length: 100}, (_, index) => anAgent({role: `role-${index}`})))
      expect(await ask<AgentStatus[]>('agent.list')).to.have.length(100)
      // Only one whose whole name it is.
      expect(await ask('agent.show', {role: 'role-1'})).to.include({id: 'a_role1'})
    })

    it('shows a screen, or says that there is no window', async () => {
      world.terminal.print(await place(), 'one\n漢字 two')
      expect(await ask('agent.capture', {role: 'developer'})).to.deep.equal({role: 'developer', screen: 'one\n漢字 two'})
      expect((await refusal('ORCH_NOT_FOUND', ask('agent.capture', {role: 'tester'}))).message)
        .to.include('window')
        .and.include('tester')
      await refusal('ORCH_INVALID_PARAMS', ask('agent.capture', {role: 'developer', history: 50_001}))
    })

    it('gives the log of one that runs, and the last words of one that does not', async () => {
      world.terminal.print(await place(), 'at work')
      expect(await ask('agent.logs', {role: 'developer'})).to.deep.equal({role: 'developer', transcript: null, text: 'at work'})
      world.files.put('/state/projects/p_1/agents/tester/last-words.txt', 'bye')
      expect(await ask('agent.logs', {role: 'tester'})).to.include({text: 'bye'})
    })

    it('follows logs until the project is over, and then says so', async () => {
      open([anAgent({state: 'stopped'})])
      await world.store.update('p_1', (project) => ({...project, state: 'completed'}))
      world.files.put('/state/projects/p_1/agents/developer/last-words.txt', 'bye')
      const items = streamOf<object>(methods, 'agent.follow')
      expect((await items.next()).value).to.include({role: 'developer', text: 'bye'})
      expect(await items.next()).to.deep.equal({value: {over: true}, done: false})
      expect((await items.next()).done).to.equal(true)
    })

    it('does not call a log over that its caller left', async () => {
      const leave = new AbortController()
      world.terminal.print(await place(), 'at work\nand on')
      const items = streamOf<{text: string}>(methods, 'agent.follow', {role: 'developer'}, PERSON, leave.signal)
      const coming = items.next()
      await world.clock.advance(1_000)
      expect((await coming).value).to.include({text: 'at work\nand on'})
      leave.abort()
      expect((await items.next()).done).to.equal(true)
    })

    it('says how to attach, to the team or one window of it', async () => {
      const error = await refusal('ORCH_NOT_FOUND', ask('agent.attach'))
      expect(error.message).to.include('tmux session').and.include('demo')
      await place()
      const {argv} = await ask<{argv: string[]}>('agent.attach', {role: 'developer'})
      expect(argv).to.deep.equal(world.terminal.attachCommand(world.project().tmux.session!, world.agent().window!))
      expect((await ask<{argv: string[]}>('agent.attach')).argv).not.to.deep.equal(argv)
      await refusal('ORCH_NOT_FOUND', ask('agent.attach', {role: 'designer'}))
    })
  })

  describe('of a deed', () => {
    it('starts one again in its conversation, or in a fresh one, and says who asked', async () => {
      await ask('agent.restart', {project: 'p_1', role: 'developer'})
      await ask('agent.restart', {project: 'demo', role: 'developer', fresh: true}, asAgent('tester'))
      expect(done).to.deep.equal([
        'restart a_developer, resumed: restarted by a person',
        'restart a_developer, fresh: restarted by tester with a fresh conversation',
      ])
    })

    it('stops one, and tells it again who it is', async () => {
      expect(await ask('agent.stop', {project: 'p_1', role: 'developer'})).to.include({role: 'developer'})
      expect(done).to.deep.equal(['stop a_developer: a person stopped it'])
      expect(await ask('agent.brief', {project: 'p_1', role: 'developer'})).to.deep.equal({message: 'm_of_developer'})
    })

    it('removes one from the team, and leaves its work out of the result only when that is said', async () => {
      expect(await ask('agent.remove', {project: 'p_1', role: 'tester'})).to.include({role: 'tester', left: null})
      await ask('agent.remove', {project: 'p_1', role: 'tester', leaveWork: true})
      expect(done).to.deep.equal(['remove tester', 'remove tester, its work left out'])
    })

    it('does nothing to one that is not named with its project', async () => {
      for (const name of ['agent.restart', 'agent.stop', 'agent.remove', 'agent.brief', 'agent.add'])
        await refusal('ORCH_INVALID_PARAMS', ask(name, {role: 'developer'}))
      expect(done).to.deep.equal([])
    })

    it('answers with the role it added, also when two are added at once', async () => {
      const added = await Promise.all([
        ask('agent.add', {project: 'p_1', role: 'designer'}),
        ask('agent.add', {project: 'p_1', role: 'Tech_Writer'}),
      ])
      expect(added.map(({role, state}) => [role, state])).to.deep.equal([
        ['designer', 'planned'],
        ['tech-writer', 'planned'],
      ])
      await refusal('ORCH_CLASH', ask('agent.add', {project: 'p_1', role: 'designer'}))
    })
  })
})
