import {expect} from 'chai'
import {ownCheckIn} from '../../../src/domain/check-in.js'
import {FakeRunner} from '@orch/plugin-kit/testing'
import {splitCommand} from '../../../src/adapters/command-line.js'
import {AgentSetUp} from '../../../src/services/project-commands/agent-set-up.js'
import type {Launcher} from '../../../src/services/launch/launcher.js'
import {StartsUnderWay} from '../../../src/services/launch/starts-under-way.js'
import {TeamStarter} from '../../../src/services/projects/team-starter.js'
import {CommandRunner} from '../../../src/services/project-commands/run-command.js'
import {SetUp} from '../../../src/services/project-commands/set-up.js'
import {aPlannedAgent, aProject, someOptions} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const SIGNAL = new AbortController().signal

describe('TeamStarter', () => {
  let world: World
  let processes: FakeRunner
  let started: string[]
  let starter: TeamStarter

  function open(changes: Partial<Project> = {}, launch: (agent: Agent) => Promise<void> = async () => {}): void {
    const agents = [aPlannedAgent(), aPlannedAgent({role: 'tester'})]
    world = aWorld({projects: [aProject({state: 'queued', startedAt: null, agents, ...changes})]})
    processes = new FakeRunner()
    started = []
    const launcher = {
      start: async (_: Project, agent: Agent) => {
        started.push(agent.role)
        await launch(agent)
      },
    } as unknown as Launcher
    starter = new TeamStarter({
      ...world,
      launcher,
      launching: new StartsUnderWay(),
      startControl: {admit: async () => {}},
      locks: {clearOf: async () => []},
      agentSetUp: new AgentSetUp({
        files: world.files,
        setUp: new SetUp({commands: new CommandRunner({...world, processes, split: splitCommand}), files: world.files}),
      }),
    })
  }

  const start = () => starter.start(world.project(), world.project().agents, SIGNAL)
  const SETUP = {options: someOptions({setup: [{command: 'npm ci', origin: 'flag'}]})}

  it('prepares: from the queue to a team that can be started, dated once', async () => {
    open()
    await starter.prepare(world.project())
    expect(world.project()).to.include({state: 'starting', startedAt: world.clock.now()})
    expect(world.log.events.map(({data}) => data['to'])).to.deep.equal(['planning', 'starting'])
  })

  it('lets git run hooks of a trusted repository, but none that changed while the team works', async () => {
    const withHooks = async (changes: Partial<Project>) => {
      open({state: 'starting', ...changes})
      await start()
      return world.workspace.calls.filter((call) => call.endsWith(' with hooks')).length
    }
    const hook = {id: 'files hooks/post-checkout', what: 'it is new', undo: null, at: 0, by: 'x', settled: null}
    const trusted = {options: someOptions({trusted: true})}
    expect(await withHooks({})).to.equal(0)
    expect(await withHooks(trusted)).to.equal(2)
    expect(await withHooks({...trusted, repositoryChanges: [hook]})).to.equal(0)
    expect(await withHooks({...trusted, repositoryChanges: [{...hook, settled: 'accepted'}]})).to.equal(2)
  })

  it('prepares again after a crash in the middle', async () => {
    open({state: 'planning', startedAt: 5})
    await starter.prepare(world.project())
    expect(world.project()).to.include({state: 'starting', startedAt: 5})
  })

  it('gives each agent a worktree and a folder before it is launched', async () => {
    open()
    await start()
    expect(world.workspace.calls).to.have.members([
      'worktree /state/projects/p_1/worktrees/developer',
      'worktree /state/projects/p_1/worktrees/tester',
    ])
    expect(await world.files.isFolder(world.agent().directory)).to.equal(true)
    expect(started).to.have.members(['developer', 'tester'])
  })

  it('runs the set-up commands in each new worktree, and keeps their log', async () => {
    open(SETUP)
    world.files.put('/state/projects/p_1/env.json', '{"PATH": "/bin"}')
    processes.on(['npm', 'ci'], {stdout: 'added 1 package'})
    await start()
    expect(processes.calls.map(({options}) => options.cwd)).to.have.members(world.project().agents.map(({worktree}) => worktree))
    const {cwd, env, timeoutMs} = processes.calls[0]!.options
    expect({env, timeoutMs}).to.deep.equal({env: {PATH: '/bin', ORCH_VERIFY: cwd}, timeoutMs: 60_000})
    expect(world.files.text(`${world.agent().directory}/setup.log`))
      .to.include('npm ci')
      .and.include('added 1 package')
  })

  it('does not launch an agent whose set-up failed, and shows the log', async () => {
    open(SETUP)
    processes.on(['npm', 'ci'], {exitCode: 1, stderr: 'no lock file'})
    const error = await refusal('ORCH_AGENT_START', start())
    expect(error.message).to.include('npm ci')
    expect(error.remedy).to.include('no lock file')
    expect(started).to.deep.equal([])
  })

  /** The worktrees are there from now on, as after a start. */
  async function standing(): Promise<void> {
    for (const {worktree} of world.project().agents) await world.files.makeFolder(worktree)
  }

  const commands = () => processes.calls.map(({file, args}) => [file, ...args].join(' '))

  it('sets nothing up twice', async () => {
    open(SETUP)
    processes.on(['npm', 'ci'])
    await start()
    await standing()
    await start()
    expect(processes.calls).to.have.length(2)
    expect(started).to.have.length(4)
  })

  it('sets up a worktree that stands when a start was broken off before its set-up', async () => {
    open(SETUP)
    processes.on(['npm', 'ci'])
    await standing()
    await start()
    expect(processes.calls.map(({options}) => options.cwd)).to.have.members(world.project().agents.map(({worktree}) => worktree))
  })

  it('runs all set-up commands again when the supervisor died between two of them', async () => {
    open({options: someOptions({setup: ['npm ci', 'make'].map((command) => ({command, origin: 'flag'}))})})
    const killed = new AbortController()
    processes.on(['make']).on(['npm', 'ci'], () => {
      killed.abort(new Error('killed'))
      return {}
    })
    await failureOf(starter.start(world.project(), [world.agent()], killed.signal))
    expect(started).to.deep.equal([])
    await standing()
    await starter.start(world.project(), [world.agent()], SIGNAL)
    expect(commands()).to.deep.equal(['npm ci', 'npm ci', 'make'])
    expect(started).to.deep.equal(['developer'])
  })

  it('ends a set-up command that a killed supervisor left running before it runs them again', async () => {
    open(SETUP)
    const {worktree} = world.agent()
    world.host.run(77, {env: {ORCH_VERIFY: worktree}})
    const endedBefore: number[] = []
    processes.on(['npm', 'ci'], () => {
      endedBefore.push(...world.host.signals.map(({pid}) => pid))
      return {}
    })
    await standing()
    await starter.start(world.project(), [world.agent()], SIGNAL)
    expect(endedBefore).to.deep.equal([77])
  })

  it('launches no agent on a set-up that failed, the next time neither', async () => {
    open(SETUP)
    processes.on(['npm', 'ci'], {exitCode: 1})
    await refusal('ORCH_AGENT_START', start())
    await standing()
    await refusal('ORCH_AGENT_START', start())
    expect(started).to.deep.equal([])
  })

  it('sets up again the worktree that was removed, and the one whose commands changed', async () => {
    open(SETUP)
    processes.on(['npm', 'ci']).on(['make'])
    await start()
    await start()
    expect(commands(), 'both removed').to.have.length(4)
    await standing()
    await world.recorder.change('p_1', (project) => ({
      project: {...project, options: someOptions({setup: [{command: 'make', origin: 'flag'}]})},
      events: [],
    }))
    await start()
    expect(commands().slice(4)).to.deep.equal(['make', 'make'])
  })

  it('lets the others come up before it tells of one that failed', async () => {
    const failure = new Error('did not start')
    let testerUp = false
    open({}, async ({role}) => {
      if (role === 'developer') throw failure
      await new Promise((resolve) => setImmediate(resolve))
      testerUp = true
    })
    expect(await failureOf(start())).to.equal(failure)
    expect(testerUp).to.equal(true)
  })

  it('begins: the team works, and its check-ins are due from now', async () => {
    open({state: 'starting', checkIns: [ownCheckIn('s_1', 'a_developer', 30)]})
    await starter.begin(world.project())
    expect(world.project()).to.include({state: 'running'})
    expect(world.project().checkIns[0]!.nextAt).to.equal(world.clock.now() + 30 * 60_000)
  })
})
