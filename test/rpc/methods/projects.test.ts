import {expect} from 'chai'
import {OrchError, type Actor, type Caller, type ProjectState} from '@orch/plugin-kit'
import {nameOf} from '../../../src/domain/actor.js'
import {moveProject} from '../../../src/domain/project.js'
import type {Methods} from '../../../src/rpc/method.js'
import {followMethods, type FollowItem} from '../../../src/rpc/methods/follow.js'
import {projectMethods} from '../../../src/rpc/methods/projects.js'
import {statusMethods} from '../../../src/rpc/methods/status.js'
import {WatchedProjects} from '../../../src/services/projects/watched-projects.js'
import type {BeginContext, BeginRequest, BeginResult} from '../../../src/services/control/begin-projects.js'
import type {NewRepository} from '../../../src/services/planning/new-repository.js'
import type {ProjectControl} from '../../../src/services/control/project-control.js'
import {UnreadableProjects} from '../../../src/services/recovery/unreadable-projects.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import type {Status} from '../../../src/services/status/status.js'
import {aClaim, aMerge, aMessage, aProject, anAgent, EPOCH, someOptions} from '../../support/builders.js'
import {asAgent, callOf, PERSON, streamOf} from '../../support/callers.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const REQUEST = {
  ...{key: 'k', spec: '/repo/spec.md', project: null, name: null, roles: [], addRoles: [], size: 'auto', flags: {}},
  ...{trustProject: false, needsAgent: true, env: {}, planFile: null},
}
const APPROVAL = {by: 'flag', initCommit: false, stopOnExit: false}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('projects over the socket', () => {
  let world: World
  let methods: Methods
  let attendance: WatchedProjects
  let done: string[]
  let isStopping: boolean
  /** What beginning does. */
  let beginning: (request: BeginRequest, context: BeginContext) => Promise<BeginResult>
  /** What planning does. */
  let planning: (progress: (line: string) => void, signal: AbortSignal) => Promise<unknown>

  function open(...projects: Project[]): void {
    world = aWorld({projects: projects.length > 0 ? projects : [aProject()]})
    attendance = new WatchedProjects()
    done = []
    isStopping = false
    planning = async () => ({planFile: '/plan.json'})
    beginning = async () => ({projects: ['p_1']})
    const deed = (what: string) => async (id: string, by: Actor, more?: unknown) => {
      done.push([what, id, 'by', nameOf(by), ...(more === undefined ? [] : [JSON.stringify(more)])].join(' '))
      return world.project(id)
    }
    const options = {
      ...world,
      attendance,
      intake: {
        plan: (_: unknown, progress: (line: string) => void, signal?: AbortSignal) => planning(progress, signal!) as never,
        requireAgent: async ({env}: {env: Readonly<Record<string, string>>}) => {
          if (env['AGENT'] === 'none') throw new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})
        },
      },
      beginning: {begin: (request: BeginRequest, context: BeginContext) => beginning(request, context)},
      mayResume: async ({agent}: Caller, project: string) => void done.push(`may ${agent?.role} resume ${project}`),
      control: {cancel: deed('cancel'), pause: deed('pause'), resume: deed('resume')} as unknown as ProjectControl,
      rollCall: new ProjectFinder(world.store),
      newRepository: {make: async ({dir}: {dir: string}) => ({repository: dir, spec: `${dir}/spec.md`})} as unknown as NewRepository,
      leftOut: () => [{plugin: 'slow', why: 'stalled', since: EPOCH}],
      house: async () => [{project: null, agent: null, what: 'the house', since: EPOCH, commands: []}],
      supervisor: {running: true, pid: 7, socket: '/s'},
      vitals: {of: () => null},
      isStopping: () => isStopping,
      unreadable: new UnreadableProjects({...world, projects: '/state/projects'}),
    }
    methods = {...projectMethods(options), ...followMethods(options), ...statusMethods(options)}
  }
  beforeEach(() => open())

  const call = <R = Record<string, unknown>>(name: string, params: object = {}) => callOf<R>(methods, name, params)
  const move = (to: ProjectState, id = 'p_1') =>
    world.recorder.change(id, (project, now) => moveProject(project, to, {source: 'person', what: 'test', at: now}))

  describe('project.plan', () => {
    const lines = async (signal?: AbortSignal) => {
      const items = streamOf<object>(methods, 'project.plan', REQUEST, PERSON, signal)
      const seen: object[] = []
      for (let item = await items.next(); !item.done; item = await items.next()) seen.push(item.value)
      return seen
    }

    it('tells how it goes on, and then the plan', async () => {
      planning = async (progress) => {
        for (const line of ['one', 'two']) progress(line)
        await turn()
        progress('three')
        return {planFile: '/plan.json'}
      }
      expect(await lines()).to.deep.equal([{progress: 'one'}, {progress: 'two'}, {progress: 'three'}, {planned: {planFile: '/plan.json'}}])
    })

    it('ends with its caller', async () => {
      const gone = new AbortController()
      planning = (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      const failing = failureOf(lines(gone.signal))
      await turn()
      gone.abort(new Error('went away'))
      expect((await failing).message).to.equal('went away')
    })

    for (const [what, bad] of [
      ['a name of more than 100 characters', {name: 'x'.repeat(101)}],
      ['a budget of nothing', {budgetUsd: 0}],
      ['a hundred and one roles', {roles: Array.from({length: 101}, () => 'a')}],
      ['a size nobody knows', {size: 'huge'}],
      ['a number in the environment', {env: {PORT: 3000}}],
    ] as const) {
      it(`refuses ${what}`, async () => {
        await refusal('ORCH_INVALID_PARAMS', (async () => streamOf(methods, 'project.plan', {...REQUEST, ...bad}))())
      })
    }
  })

  describe('project.begin', () => {
    const BEGIN = {requests: [{...REQUEST, planFile: '/plan.json', planDigest: 'd'}], unfinished: 'follow', approval: APPROVAL}
    const items = async (params: object = BEGIN, caller = PERSON) => {
      const seen: object[] = []
      const stream = streamOf<object>(methods, 'project.begin', params, caller)
      for (let item = await stream.next(); !item.done; item = await stream.next()) seen.push(item.value)
      return seen
    }

    it('tells how it goes on, and then what was begun', async () => {
      let asked: BeginRequest | undefined
      beginning = async (request, {tell}) => {
        asked = request
        tell({starting: ['/repo/spec.md']})
        return {projects: ['p_1']}
      }
      expect(await items()).to.deep.equal([{starting: ['/repo/spec.md']}, {projects: ['p_1']}])
      expect(asked).to.deep.equal(BEGIN)
      expect(await items({...BEGIN, approval: null})).to.have.length(2)
    })

    it('knows who calls, and asks for an agent whether it may take a project up', async () => {
      const callers: Actor[] = []
      beginning = async (_, {by, mayResume}) => {
        callers.push(by)
        await mayResume('p_1')
        return {projects: []}
      }
      await items(BEGIN, asAgent('orchestrator'))
      await items()
      expect(callers.map(nameOf)).to.deep.equal(['orchestrator', 'a person'])
      expect(done[0]).to.equal('may orchestrator resume p_1')
    })

    for (const [what, bad] of [
      ['an approval by nobody', {approval: {...APPROVAL, by: 'nobody'}}],
      ['an approval that leaves something open', {approval: {by: 'flag'}}],
      ['no specification', {requests: []}],
      ['a specification without its key', {requests: [{...REQUEST, key: undefined}]}],
      ['an unknown way with what is unfinished', {unfinished: 'perhaps'}],
    ] as const)
      it(`refuses ${what}`, async () => {
        await refusal('ORCH_INVALID_PARAMS', items({...BEGIN, ...bad}))
      })
  })

  it('repositories are made for a specification', async () => {
    expect(await call('repository.create', {spec: '/s.md', dir: '/new', parent: '/'})).to.deep.equal({
      repository: '/new',
      spec: '/new/spec.md',
    })
    // An agent is looked for before anything is made.
    await refusal('ORCH_NO_AGENT', call('repository.create', {spec: '/s.md', dir: '/new', parent: '/', env: {AGENT: 'none'}}))
  })

  describe('project.follow', () => {
    const follow = (params: object = {}, signal?: AbortSignal, caller = PERSON) =>
      streamOf<FollowItem>(methods, 'project.follow', params, caller, signal)
    const states = async (items: AsyncIterator<FollowItem>) => {
      const seen: string[] = []
      for (let item = await items.next(); !item.done; item = await items.next()) seen.push(item.value.project.state)
      return seen
    }

    it('tells how the project stands, what happens, and ends with it', async () => {
      const items = follow()
      expect((await items.next()).value)
        .to.deep.include({events: []})
        .and.to.have.nested.property('outcome.state', 'running')
      const coming = states(items)
      await move('verifying')
      await move('cancelled')
      expect(await coming).to.deep.equal(['verifying', 'cancelled'])
    })

    it('tells the end also when it comes before the next item is asked for', async () => {
      const items = follow()
      await items.next()
      await move('cancelled')
      const next = await items.next()
      expect(next.value).to.have.nested.property('project.state', 'cancelled')
      expect((next.value as FollowItem).events.map(({type}) => type)).to.deep.equal(['project.state'])
      expect((await items.next()).done).to.equal(true)
    })

    it('tells what needs a person as soon as time alone brings it about', async () => {
      open(aProject({messages: [aMessage({blockedBy: 'dialog', blockedSince: EPOCH})]}))
      const items = follow()
      expect((await items.next()).value.needsYou).to.deep.equal([])
      const next = items.next()
      await turn()
      for (let seconds = 0; seconds < 65; seconds += 5) await world.clock.advance(5_000)
      const {needsYou, events} = (await next).value as FollowItem
      expect(events).to.deep.equal([])
      expect(needsYou.map(({commands}) => commands)).to.deep.equal([['orch attach p_1 developer']])
    })

    it('tells nothing that was over before its first look', async () => {
      const rollCall = new ProjectFinder(world.store)
      const only = rollCall.only.bind(rollCall)
      rollCall.only = async () => {
        await move('paused')
        await move('running')
        return only()
      }
      methods = followMethods({...world, attendance, rollCall, control: {cancel: () => expect.fail('not ended')}, isStopping: () => false})
      const items = follow()
      await items.next()
      const coming = states(items)
      await turn()
      await move('cancelled')
      expect(await coming).to.deep.equal(['running', 'cancelled'])
    })

    it('is about one project, and ends at once for one that is over', async () => {
      open(aProject(), aProject({id: 'p_2', state: 'completed', createdAt: 9}))
      expect(await states(follow({project: 'p_2'}))).to.deep.equal(['completed'])
      const items = follow({project: 'p_1'})
      await items.next()
      await world.store.update('p_2', (project) => ({...project, state: 'running'}))
      await move('cancelled', 'p_2')
      await move('cancelled')
      expect(await states(items)).to.deep.equal(['cancelled'])
    })

    it('of no project says so, and listens no more', async () => {
      await refusal('ORCH_NOT_FOUND', follow({project: 'none'}).next())
    })

    it('counts as a person who watches, as long as it lasts', async () => {
      const gone = new AbortController()
      const items = follow({attended: true}, gone.signal)
      expect(attendance.isAttended('p_1')).to.equal(false)
      await items.next()
      expect(attendance.isAttended('p_1')).to.equal(true)
      const ending = items.next()
      gone.abort()
      expect((await ending).done).to.equal(true)
      expect(attendance.isAttended('p_1')).to.equal(false)
    })

    describe('with a guard', () => {
      async function leave(project: Project, params: object = {guard: true}, caller = PERSON): Promise<void> {
        const stopping = isStopping
        open(project)
        isStopping = stopping
        const gone = new AbortController()
        const items = follow(params, gone.signal, caller)
        await items.next()
        const ending = items.next()
        gone.abort()
        await ending
      }
      const bound = (state: ProjectState = 'running') => aProject({state, options: someOptions({stopOnExit: true})})

      it('stops the project that was not to outlive its command', async () => {
        await leave(bound())
        expect(done).to.deep.equal(['cancel p_1 by orch "its command ended"'])
      })

      it('stops nothing for an agent that leaves, unless it started the project', async () => {
        const {project, agent, role} = asAgent().agent!
        await leave(bound(), {guard: true}, asAgent())
        expect(done).to.deep.equal([])
        await leave({...bound(), startedBy: {project, agent, role}}, {guard: true}, asAgent())
        expect(done).to.have.length(1)
      })

      it('stops no other project, none without it, and none for a supervisor that stops', async () => {
        await leave(aProject())
        expect(done).to.deep.equal([])
        await leave(bound(), {})
        expect(done).to.deep.equal([])
        isStopping = true
        await leave(bound())
        expect(done).to.deep.equal([])
      })
    })
  })

  describe('of a deed', () => {
    it('are stopped, paused and resumed by name, and the words reach whoever does it', async () => {
      expect(await call('project.stop', {project: 'demo'})).to.include({id: 'p_1'})
      await call('project.stop', {project: 'p_1', why: 'enough'})
      await call('project.pause', {project: 'p_1'})
      expect(await call('project.resume', {project: 'p_1'})).to.deep.include({id: 'p_1', resumed: []})
      await call('project.resume', {project: 'p_1', restartDead: false, rebriefAll: true})
      expect(done).to.deep.equal([
        'cancel p_1 by a person',
        'cancel p_1 by a person "enough"',
        'pause p_1 by a person',
        'resume p_1 by a person {"restartDead":true,"rebriefAll":false}',
        'resume p_1 by a person {"restartDead":false,"rebriefAll":true}',
      ])
    })

    it('are told with the agent that calls', async () => {
      for (const name of ['project.stop', 'project.pause', 'project.resume'])
        await callOf(methods, name, {project: 'p_1'}, asAgent('orchestrator'))
      expect(done.map((line) => line.split(' {')[0])).to.deep.equal([
        'cancel p_1 by orchestrator',
        'pause p_1 by orchestrator',
        'resume p_1 by orchestrator',
      ])
    })

    it('are never guessed: not without a name, and not from an empty one', async () => {
      for (const name of ['project.stop', 'project.pause']) await refusal('ORCH_INVALID_PARAMS', call(name))
      for (const name of ['project.stop', 'project.pause', 'project.resume', 'project.standing'])
        await refusal('ORCH_NOT_FOUND', call(name, {project: ''}))
      expect(done).to.deep.equal([])
    })
  })

  describe('of a look', () => {
    it('say what came of them, and report it with claims and merges', async () => {
      open(
        aProject({
          state: 'blocked',
          reason: 'the acceptance failed',
          agents: [anAgent({claim: aClaim({verdict: 'rejected', reason: 'dirty'}), rejections: 3})],
          merges: [aMerge({state: 'conflicted'})],
          messages: [aMessage(), aMessage({id: 'm_2'})],
        }),
      )
      expect(await call('project.outcome')).to.include({state: 'blocked', reason: 'the acceptance failed', verified: false})
      const report = await call('project.report')
      expect(report).to.deep.include({messages: 2, merges: world.project().merges, verification: null})
      expect(report['claims']).to.deep.equal([{role: 'developer', claim: world.agent().claim, rejections: 3}])
    })

    it('stand as they are in fact', async () => {
      expect(await call('project.standing', {project: 'demo'})).to.deep.include({id: 'p_1', state: 'running'})
    })

    it('are all in the status, with those lately finished and what orch itself needs', async () => {
      const over = Array.from({length: 12}, (_, index) =>
        aProject({id: `p_old${index.toString(36)}`, createdAt: EPOCH - 100 + index, state: 'completed'}),
      )
      open(aProject(), ...over)
      for (const {id} of over) await world.store.retire(id)
      const {projects, needsYou, supervisor, finishedCount} = await call<Status>('status.get')
      expect(projects.map(({id}) => id)).to.deep.equal(['p_1', ...[...'ba98765432'].map((which) => `p_old${which}`)])
      expect(finishedCount).to.equal(12)
      expect((await call<Status>('status.get', {all: true})).projects).to.have.length(13)
      expect(projects[0]!.next).to.deep.equal({by: 'agents', what: 'developer at work', at: null})
      expect(needsYou.map(({project, what}) => [project, /the house|slow/.exec(what)?.[0]])).to.deep.equal([
        [null, 'the house'],
        [null, 'slow'],
      ])
      expect(supervisor).to.deep.equal({running: true, pid: 7, socket: '/s'})
      const one = await call<Status>('status.get', {project: 'p_old1'})
      expect(one.projects.map(({id}) => id)).to.deep.equal(['p_old1'])
    })

    it('are told of when they change, one alone when it is named', async () => {
      open(aProject(), aProject({id: 'p_2', createdAt: 9}))
      const gone = new AbortController()
      const [all, one] = [{}, {project: 'p_2'}].map((params) =>
        streamOf<{project: string}>(methods, 'status.changes', params, PERSON, gone.signal),
      )
      const [next, other] = [all!.next(), one!.next()]
      await turn()
      await move('paused')
      await move('paused', 'p_2')
      expect((await next).value).to.deep.equal({project: 'p_1'})
      expect((await other).value).to.deep.equal({project: 'p_2'})
      gone.abort()
      expect((await one!.next()).done).to.equal(true)
    })
  })
})
