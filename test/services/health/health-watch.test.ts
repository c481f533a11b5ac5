import {expect} from 'chai'
import {HEALTH_DEFAULTS} from '../../../src/domain/health.js'
import {ownCheckIn} from '../../../src/domain/check-in.js'
import {incidentsOf} from '../../../src/domain/incident.js'
import {needsOf} from '../../../src/domain/need.js'
import {createHealth} from '../../../src/services/health/index.js'
import {Restarts} from '../../../src/services/agents/restarts.js'
import {ScreenSchedule} from '../../../src/services/screens/screen-watch.js'
import {Screens} from '../../../src/services/screens/screens.js'
import {aClaim, aMessage, anAgent, anApproval, aProject, EPOCH, someOptions} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Message} from '../../../src/domain/model/message.js'
import type {HealthSettings} from '../../../src/domain/model/health-settings.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const MINUTE = 60_000
const SETTINGS: HealthSettings = {...HEALTH_DEFAULTS, stuckMinutes: 20, ladderMinutes: 5, ladderRestarts: 1}

describe('HealthWatch', () => {
  let world: World
  let look: () => Promise<void>
  let stopped: string[]
  let pane: string

  async function open(agent: Partial<Agent> = {}, project: Partial<Project> = {}): Promise<void> {
    world = aWorld()
    stopped = []
    const ref = await world.terminal.createSession({
      name: 'p_1',
      windowName: 'developer',
      command: {argv: ['fake-agent', 'x'], cwd: '/', env: {}},
    })
    pane = ref.pane
    const placed = anAgent({pane, window: ref.window, ...agent})
    await world.files.makeFolder(placed.worktree)
    await world.store.create(aProject({options: someOptions({health: SETTINGS}), agents: [placed], ...project}))
    const terminator = {
      stop: async (_: string, id: string) => {
        stopped.push(id)
        await world.store.update('p_1', (before) => ({...before, agents: before.agents.map((each) => ({...each, state: 'stopped'}))}))
      },
    }
    const watch = {readTranscripts: async () => {}}
    const briefings = {write: async (_p: Project, {directory}: Agent, _m: unknown, kind = 'start') => `${directory}/${kind}.md`}
    const restarts = new Restarts({...world, terminator})
    const screens = new ScreenSchedule({...world, screens: new Screens(world), viewer: {see: async () => {}}})
    const {health} = createHealth({...world, screens, watch, briefings, restarts})
    look = () => health.tick()
    world.terminal.print(pane, '\nbusy')
    await look()
  }

  /** Lets minutes pass, with a look in each. */
  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await world.clock.advance(MINUTE)
      await look()
    }
  }
  const steps = () => world.log.events.flatMap(({type, data}) => (type === 'incident' ? [[data['cause'], data['step']].join(' ')] : []))
  const texts = () => world.project().messages.map(({text}) => text)

  it('calls a silent agent stuck with its evidence, and goes up the ladder: nudge, re-brief, restart, person', async () => {
    await open()
    await pass(19)
    expect(world.agent().state).to.equal('working')
    await pass(1)
    expect(world.agent()).to.deep.include({state: 'stuck'})
    expect(world.agent().evidence.what).to.contain('20 min')
    await pass(5)
    expect(texts()[0]).to.contain('has not heard from you')
    expect(texts()[1]).to.contain('rebrief.md')
    await pass(10)
    expect(stopped).to.deep.equal(['a_developer'])
    expect(world.agent()).to.deep.include({state: 'planned'})
    expect(world.agent().context).to.deep.include({healthRestarts: 1})
    expect(steps().slice(0, 4)).to.deep.equal(['stuck seen', 'stuck nudge', 'stuck re-brief', 'stuck restart'])
    expect(texts(), 'each once').to.have.length(2)
  })

  it('is over as soon as there is evidence again', async () => {
    await open({transcript: {path: '/t', position: 0}})
    world.files.put('/t', 'x')
    await pass(21)
    expect(world.agent().state).to.equal('stuck')
    await pass(1)
    world.files.put('/t', 'xy')
    await pass(1)
    expect(world.agent()).to.deep.include({state: 'working'})
    expect(incidentsOf(world.project())).to.deep.equal([])
    expect(steps().at(-1)).to.equal('stuck over')
  })

  it('restarts nobody while a person types in the window', async () => {
    await open()
    world.terminal.lastClientActivity = async () => world.clock.now()
    await pass(60)
    expect(stopped).to.deep.equal([])
    expect(steps()).to.not.include('stuck restart')
  })

  it('takes a probe that fails for nothing but that', async () => {
    await open()
    world.terminal.capture = () => Promise.reject(new Error('tmux does not answer'))
    await pass(25)
    expect(world.agent().state).to.equal('unknown')
    expect(steps()).to.deep.equal(['unknown seen', 'unknown person'])
    expect(stopped).to.deep.equal([])
    expect(texts()).to.deep.equal([])
  })

  it('leaves a project alone that a person set aside', async () => {
    await open({}, {state: 'paused'})
    await pass(60)
    expect(texts()).to.deep.equal([])
    expect(stopped).to.deep.equal([])
  })

  it('starts an agent again whose worktree is gone, in two looks and not in one', async () => {
    await open()
    world.files.isFolder = async () => false
    await pass(1)
    expect(incidentsOf(world.project())).to.deep.equal([])
    await pass(1)
    expect(stopped).to.deep.equal(['a_developer'])
    expect(world.agent().state).to.equal('planned')
    expect(world.agent().evidence.what).to.contain('worktree')
  })

  it('looks at an agent at rest less often, at the machine too, and as before as soon as it works', async () => {
    await open({state: 'idle'})
    let [folders, machine] = [0, 0]
    const census = world.host.census.bind(world.host)
    world.host.census = () => ((machine += 1), census())
    world.files.isFolder = async () => ((folders += 1), true)
    await pass(12)
    expect({folders, machine}).to.deep.equal({folders: 2, machine: 2})
    await world.store.update('p_1', (project) => ({...project, agents: [{...project.agents[0]!, state: 'working'}]}))
    await pass(6)
    expect({folders, machine}).to.deep.equal({folders: 8, machine: 8})
  })

  it('tells an agent who it is after a compaction, once, and asks for notes when its context runs low, once', async () => {
    await open({context: {lostContext: 'compact'}})
    await pass(2)
    expect(texts()).to.have.length(1)
    expect(texts()[0]).to.match(/compacted.*rebrief\.md.*notes\.md/)
    await world.store.update('p_1', (project) => ({
      ...project,
      agents: [{...project.agents[0]!, usage: {model: null, contextPercent: 85, contextTokens: null, costUsd: null, windows: []}}],
    }))
    await pass(2)
    expect(texts()).to.have.length(2)
    expect(texts()[1]).to.contain('running low')
  })

  it('opens one incident for a question without an answer, and closes it with the answer', async () => {
    const asked = aMessage({kind: 'question', from: 'a_tester', state: 'acknowledged', acknowledgedAt: EPOCH})
    await open({state: 'idle', owes: 'nothing'}, {messages: [asked]})
    await pass(32)
    expect(steps()).to.deep.equal(['no-answer seen', 'no-answer nudge'])
    await world.store.update('p_1', (project) => ({
      ...project,
      messages: [...project.messages, aMessage({id: 'm_9', from: 'a_developer', to: 'a_tester', acceptedAt: EPOCH + 1})],
    }))
    await pass(1)
    expect(steps().at(-1)).to.equal('no-answer over')
  })

  describe('of an agent that ended its turn and owes a claim', () => {
    const isReminder = ({text}: Message) => text.startsWith('You ended your turn')
    /** The agent reads what it was told, and ends its turn again. */
    const turn = () =>
      world.store.update('p_1', (project) => ({
        ...project,
        messages: project.messages.map((message) => ({...message, state: 'acknowledged' as const})),
        agents: project.agents.map((agent) =>
          agent.role === 'developer' && project.messages.some(({to, state}) => to === agent.id && state === 'accepted')
            ? {
                ...agent,
                state: 'idle' as const,
                since: world.clock.now(),
                evidence: {source: 'hook' as const, what: 'Stop', at: world.clock.now()},
              }
            : agent,
        ),
      }))
    /** Minutes at which it was reminded, each reminder read at once. */
    async function reminders(minutes: number): Promise<number[]> {
      const times: number[] = []
      for (let half = 1; half <= minutes * 2; half++) {
        await world.clock.advance(MINUTE / 2)
        await look()
        if (world.project().messages.some((message) => isReminder(message) && message.state === 'accepted')) times.push(half / 2)
        await turn()
      }
      return times
    }

    it('reminds it within two minutes, less and less often, then tells the hub, then a person', async () => {
      await open({state: 'idle'}, {options: someOptions({health: HEALTH_DEFAULTS})})
      world.files.isFolder = async () => true
      await world.store.update('p_1', (project) => ({
        ...project,
        agents: [...project.agents, anAgent({role: 'orchestrator', owes: 'nothing', state: 'limited'})],
      }))
      expect(await reminders(40)).to.deep.equal([1.5, 4.5, 10.5])
      const told = world.project().messages.filter(({to}) => to === 'a_orchestrator')
      expect(told.map(({text}) => text.startsWith('developer ended its turn without a claim'))).to.deep.equal([true])
      expect(needsOf(world.project(), world.clock.now()).map(({what, commands}) => [what, commands[0]])).to.deep.equal([
        ['no claim: developer ended its turn and has not claimed its work', 'orch attach p_1 developer'],
      ])
    })

    it('asks a person once for a team in which no agent works, as soon as the reminders are used up', async () => {
      await open({state: 'idle'}, {options: someOptions({health: HEALTH_DEFAULTS})})
      await reminders(17)
      const needs = needsOf(world.project(), world.clock.now())
      expect(needs).to.have.length(1)
      expect(needs[0]!.what).to.include('no agent is at work').and.include('developer')
      expect(needs[0]!.commands).to.include('orch attach p_1 developer')
      await world.store.update('p_1', (project) => ({...project, agents: [{...project.agents[0]!, claim: aClaim()}]}))
      await pass(1)
      expect(incidentsOf(world.project())).to.deep.equal([])
    })

    for (const [why, project] of Object.entries<Partial<Project>>({
      'it asked somebody': {requests: [anApproval()]},
      'it scheduled a check-in': {checkIns: [{...ownCheckIn('s_1', 'a_developer', 30, EPOCH + 60 * MINUTE), by: 'a_developer'}]},
      'a message is on its way to it': {messages: [aMessage({state: 'submitted', submittedAt: EPOCH})]},
      'the project is paused': {state: 'paused'},
    })) {
      it(`leaves it alone while ${why}`, async () => {
        await open({state: 'idle'}, project)
        await pass(15)
        expect(world.project().messages.filter(isReminder)).to.deep.equal([])
      })
    }

    it('leaves it alone while a role before it has not claimed, and reminds it when that has', async () => {
      await open({state: 'working'})
      const tester = anAgent({role: 'tester', state: 'idle', mergeAfter: ['developer']})
      await world.files.makeFolder(tester.worktree)
      await world.store.update('p_1', (project) => ({...project, agents: [...project.agents, tester]}))
      await pass(15)
      expect(world.project().messages.filter(isReminder)).to.deep.equal([])
      const claim = aClaim({verdict: 'holds', at: world.clock.now()})
      await world.store.update('p_1', (project) => ({...project, agents: [{...project.agents[0]!, claim}, tester]}))
      await pass(2)
      expect(
        world
          .project()
          .messages.filter(isReminder)
          .map(({to}) => to),
      ).to.deep.equal(['a_tester'])
    })

    it('leaves it alone while a person types in its window', async () => {
      await open({state: 'idle'})
      world.terminal.lastClientActivity = async () => world.clock.now()
      await pass(15)
      expect(world.project().messages.filter(isReminder)).to.deep.equal([])
    })
  })
})
