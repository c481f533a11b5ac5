import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import {moveAgent} from '../../../src/domain/agent.js'
import {moveProject, withAgent} from '../../../src/domain/project.js'
import {ProjectRunner} from '../../../src/services/projects/project-runner.js'
import {eventually} from '../../contract/eventually.js'
import {aClaim, aPlannedAgent, aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

type Parts = ConstructorParameters<typeof ProjectRunner>[0]
const orch = (what: string, at: number) => ({source: 'orch', what, at}) as const

describe('ProjectRunner', () => {
  let world: World
  let runner: ProjectRunner
  let steps: string[]
  /** Somebody removed the worktree of the agent. */
  let homeless: boolean

  /** Parts that do their step in the record, and say so. */
  function open(
    changes: Partial<Project>,
    parts: Partial<Record<'prepare' | 'start' | 'check' | 'makeWorktree' | 'verify', (signal?: AbortSignal) => Promise<void>>> = {},
  ): void {
    world = aWorld({projects: [aProject(changes)]})
    steps = []
    homeless = false
    const move = (to: Project['state']) => world.recorder.change('p_1', (project, at) => moveProject(project, to, orch('w', at)))
    const agents = (to: 'ready') =>
      world.recorder.change('p_1', (project, at) => {
        const moved = moveAgent({...project.agents[0]!, state: 'starting'}, to, orch('w', at))
        return {project: withAgent(project, moved.agent), events: moved.events}
      })
    const did = async (what: string, work: () => Promise<unknown>) => {
      steps.push(what)
      await work()
    }
    runner = new ProjectRunner({
      ...world,
      starter: {
        prepare: () => did('prepare', parts.prepare ?? (() => move('planning').then(() => move('starting')))),
        start: (_: Project, __: unknown, signal: AbortSignal) => did('start', () => parts.start?.(signal) ?? agents('ready')),
        withoutWorktree: async (agents: readonly Agent[]) => (homeless ? agents : []),
        makeWorktree: () => did('make worktree', parts.makeWorktree ?? (async () => {})),
        begin: () => did('begin', () => move('running')),
      },
      claims: {
        check: () =>
          did('check', async () => {
            await parts.check?.()
            await world.recorder.change('p_1', (project) => ({
              project: withAgent(project, {...project.agents[0]!, claim: aClaim({verdict: 'holds'})}),
              events: [],
            }))
          }),
      },
      verifier: {verify: (_: Project, signal: AbortSignal) => did('verify', () => parts.verify?.(signal) ?? move('merging'))},
      baselines: {begin: () => {}, cancel: async () => {}, end: async () => {}},
      integrator: {integrate: () => did('merge', () => move('completed'))},
      terminator: {stopAll: async () => void steps.push('stop')},
      unmerged: {record: async () => void steps.push('name what is unmerged')},
      restarts: {
        restart: (_: string, id: string, {why}: {why: string}) =>
          did(`restart ${id}: ${why}`, () =>
            world.recorder.change('p_1', (project, at) => {
              homeless = false
              const moved = moveAgent({...project.agents[0]!, state: 'lost'}, 'planned', orch('w', at), {restarts: 0})
              return {project: withAgent(project, moved.agent), events: moved.events}
            }),
          ),
      },
    } as unknown as Parts)
  }

  it('drives a project from its queue to its end, and puts it away', async () => {
    open({state: 'queued', agents: [aPlannedAgent()]})
    runner.drive('p_1')
    await eventually(() => expect(steps).to.include('begin'))
    await world.recorder.change('p_1', (project) => ({project: withAgent(project, {...project.agents[0]!, claim: aClaim()}), events: []}))
    await runner.idle('p_1')
    expect(steps).to.deep.equal(['prepare', 'start', 'begin', 'check', 'verify', 'merge', 'stop', 'name what is unmerged'])
    expect(world.store.project('p_1')).to.equal(undefined)
    expect(await world.store.load('p_1')).to.include({state: 'completed'})
  })

  it('goes on with a project that waits for a port after the agent that was held has been stopped', async () => {
    open({state: 'waiting-port', resumeTo: 'running', agents: [anAgent({state: 'stopped'})]})
    runner.drive('p_1')
    await eventually(() => expect(world.project()).to.include({state: 'blocked'}))
    expect(world.project().reason).to.include('developer ended (stopped)')
    await runner.releaseAll()
  })

  it('starts an agent anew that never got ready because its worktree was removed', async () => {
    let tries = 0
    open(
      {state: 'starting', agents: [anAgent({state: 'starting', run: aRun()})]},
      {
        start: async () => {
          if (tries++ > 0) return ready()
          homeless = true
          throw new OrchError('ORCH_AGENT_START', {agent: 'developer', why: 'nothing was heard from it for 15 s', screen: ''})
        },
      },
    )
    const ready = async () => {
      await world.recorder.change('p_1', (project, at) => {
        const moved = moveAgent({...project.agents[0]!, state: 'starting'}, 'ready', orch('w', at))
        return {project: withAgent(project, moved.agent), events: moved.events}
      })
    }
    runner.drive('p_1')
    await eventually(() => expect(steps).to.deep.equal(['start', 'restart a_developer: its worktree was gone', 'start', 'begin']))
    await runner.release('p_1')
  })

  describe('for a claim whose worktree is not there', () => {
    const missing = () => Promise.reject(new OrchError('ORCH_NOT_FOUND', {what: 'worktree', name: '/w'}))

    for (const state of ['idle', 'exited', 'lost'] as const) {
      it(`starts the agent again, which is ${state}, when the worktree was removed, and looks at the claim then`, async () => {
        open({state: 'running', agents: [anAgent({state, claim: aClaim()})]}, {check: () => (homeless ? missing() : Promise.resolve())})
        homeless = true
        runner.drive('p_1')
        await eventually(() => expect(steps).to.include('verify'))
        expect(steps.slice(0, 4)).to.deep.equal(['check', 'restart a_developer: its worktree was gone', 'start', 'check'])
        await runner.releaseAll()
      })
    }

    it('mends it and looks again when it is only damaged, or the agent is not to be started', async () => {
      for (const [state, isGone] of [
        ['idle', false],
        ['stopped', true],
      ] as const) {
        let damaged = true
        open(
          {state: 'running', agents: [anAgent({state, claim: aClaim()})]},
          {check: () => (damaged ? missing() : Promise.resolve()), makeWorktree: async () => void (damaged = false)},
        )
        homeless = isGone
        runner.drive('p_1')
        await eventually(() => expect(steps).to.include('verify'))
        expect(steps.slice(0, 3)).to.deep.equal(['check', 'make worktree', 'check'])
        await runner.releaseAll()
      }
    })
  })

  it('drives a project once, however often it is told to', async () => {
    open({state: 'verifying'})
    runner.drive('p_1')
    runner.drive('p_1')
    await runner.idle('p_1')
    expect(steps.filter((step) => step === 'verify')).to.have.length(1)
  })

  it('blocks a project whose step fails, with what to do, and goes on when it is resumed', async () => {
    let broken = true
    const failure = new OrchError('ORCH_REFUSED', {what: 'It', why: 'dirty', remedy: 'Commit it.'})
    open({state: 'starting', agents: [aPlannedAgent()]}, {start: () => (broken ? Promise.reject(failure) : resume())})
    const resume = async () => {
      await world.recorder.change('p_1', (project) => ({project: withAgent(project, anAgent({state: 'ready'})), events: []}))
    }
    runner.drive('p_1')
    await eventually(() => expect(world.project()).to.include({state: 'blocked', resumeTo: 'starting'}))
    expect(world.project().reason).to.include('dirty').and.include('Commit it.')
    broken = false
    await world.recorder.change('p_1', (project, at) => moveProject(project, 'starting', orch('resumed', at)))
    await eventually(() => expect(world.project().state).to.equal('running'))
    await runner.releaseAll()
  })

  it('starts an agent that ends again and again later each time, then puts it in quarantine and asks a person', async () => {
    const die = async () => {
      await world.recorder.change('p_1', (project, at) => {
        const agent = project.agents[0]!
        const started = {...agent, state: 'starting', restarts: agent.restarts + 1} as const
        const moved = moveAgent(started, 'exited', {source: 'process', what: 'exit code 7', at}, {exitCode: 7})
        return {project: withAgent(project, moved.agent), events: moved.events}
      })
      throw new OrchError('ORCH_AGENT_START', {agent: 'developer', why: 'it ended', screen: ''})
    }
    open({agents: [anAgent({state: 'exited', exitCode: 7})]}, {start: die})
    runner.drive('p_1')
    const starts = () => steps.filter((step) => step === 'start').length
    await eventually(() => expect(starts()).to.equal(1))
    for (const [wait, count] of [
      [29_900, 1],
      [200, 2],
      [119_800, 2],
      [200, 3],
    ] as const) {
      await world.clock.advance(wait)
      expect(starts()).to.equal(count)
    }
    await eventually(() => expect(world.project()).to.include({state: 'blocked'}))
    expect(world.agent()).to.include({state: 'quarantined'})
    expect(world.agent().evidence.what).to.include('4 times').and.include('exit code 7')
    expect(world.project().reason).to.include('developer')
    await runner.releaseAll()
  })

  it('blocks a project whose agent cannot be started again and has not ended', async () => {
    const failure = new OrchError('ORCH_AGENT_START', {agent: 'developer', why: 'nothing was heard from it', screen: 'a dialog'})
    const hang = async () => {
      await world.recorder.change('p_1', (project) => ({project: withAgent(project, anAgent({state: 'starting'})), events: []}))
      throw failure
    }
    open({agents: [anAgent({state: 'lost'})]}, {start: hang})
    runner.drive('p_1')
    await eventually(() => expect(world.project()).to.include({state: 'blocked'}))
    await runner.releaseAll()
  })

  it('lets go in the middle of a step, and undoes nothing', async () => {
    open(
      {state: 'verifying'},
      {verify: (signal) => new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)))},
    )
    runner.drive('p_1')
    await eventually(() => expect(steps).to.deep.equal(['verify']))
    await runner.release('p_1')
    expect(world.project()).to.include({state: 'verifying', reason: null})
    await runner.release('p_1')
  })

  it('waits, once it has let go, for nothing', async () => {
    open({state: 'paused'})
    runner.drive('p_1')
    await runner.releaseAll()
    expect(steps).to.deep.equal([])
  })

  const FULL: readonly (readonly [string, unknown])[] = [
    ['a record', new OrchError('ORCH_STORE_WRITE', {path: '/state/p_1.json', why: 'ENOSPC: no space left on device'})],
    ['a file', Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'})],
    ['a file beyond its quota', Object.assign(new Error('write'), {code: 'EDQUOT'})],
    ['a read-only disk', new Error('outer', {cause: Object.assign(new Error('open'), {code: 'EROFS'})})],
    [
      'a merge',
      new OrchError('ORCH_GIT', {
        args: ['merge'],
        cwd: '/s',
        stderr: 'error: unable to write file src/a.txt\nMerge with strategy ort failed.',
      }),
    ],
    ['a commit', new OrchError('ORCH_GIT', {args: ['commit'], cwd: '/s', stderr: 'fatal: cannot store: No space left on device'})],
  ]
  for (const [what, error] of FULL) {
    it(`waits while the disk cannot take ${what}, ever longer, and continues by itself without a block`, async () => {
      let fails = 5
      open(
        {state: 'verifying'},
        {
          verify: async () => {
            if (fails-- > 0) throw error
            await world.recorder.change('p_1', (project, at) => moveProject(project, 'merging', orch('w', at)))
          },
        },
      )
      world.host.disk = 0
      runner.drive('p_1')
      await world.clock.advance(4_000)
      expect(steps).to.have.length(1)
      expect(world.storage.all()).to.have.length(1)
      expect(world.storage.all()[0]).to.include({project: 'p_1', attempts: 1, freeBytes: 0})
      // 5, 10, 20, 30 and 30 s.
      await world.clock.advance(100_000)
      await runner.idle('p_1')
      expect(steps.filter((step) => step === 'verify')).to.have.length(6)
      expect(world.storage.all()).to.deep.equal([])
      expect(world.log.events.map(({data}) => data['to'])).not.to.include('blocked')
      expect(await world.store.load('p_1')).to.include({state: 'completed'})
    })
  }

  it('puts a finished project away once the disk takes its record', async () => {
    open({state: 'cancelled'})
    world.store.setFull(true)
    runner.drive('p_1')
    await world.clock.advance(4_000)
    expect(world.store.project('p_1')).to.include({state: 'cancelled'})
    world.store.setFull(false)
    await world.clock.advance(10_000)
    await runner.idle('p_1')
    expect(world.store.project('p_1')).to.equal(undefined)
  })

  it('blocks a project over another failure as soon as the disk takes the block', async () => {
    open(
      {state: 'verifying'},
      {
        verify: async () => {
          world.store.setFull(true)
          throw new Error('no such command')
        },
      },
    )
    runner.drive('p_1')
    await world.clock.advance(20_000)
    expect(world.project().state).to.equal('verifying')
    expect(steps.length).to.be.within(2, 10)
    expect(world.storage.all()).to.have.length(1)
    const change = world.recorder.change.bind(world.recorder)
    world.recorder.change = (id, work) => {
      world.store.setFull(false)
      return change(id, work)
    }
    await world.clock.advance(20_000)
    expect(world.project()).to.include({state: 'blocked'})
    await runner.releaseAll()
  })

  it('finishes what a dead supervisor left finished but running', async () => {
    open({state: 'cancelled'})
    runner.drive('p_1')
    await runner.idle('p_1')
    expect(steps).to.deep.equal(['stop', 'name what is unmerged'])
    expect(world.store.project('p_1')).to.equal(undefined)
  })

  it('knows no project that is not there', async () => {
    open({})
    runner.drive('p_none')
    await runner.idle('p_none')
  })
})
