import {expect} from 'chai'
import {BY_PERSON} from '../../../src/domain/actor.js'
import {ownCheckIn} from '../../../src/domain/check-in.js'
import {nextStep} from '../../../src/domain/next-step.js'
import {DEFAULT_MESSAGE_POLICY} from '../../../src/domain/routing.js'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {ProjectControl} from '../../../src/services/control/project-control.js'
import type {Reconciler} from '../../../src/services/recovery/reconciler.js'
import type {ProjectRunner} from '../../../src/services/projects/project-runner.js'
import {aClaim, aMessage, anAgent, aProject, aRun, EPOCH, someOptions} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

describe('ProjectControl', () => {
  let world: World
  let control: ProjectControl
  let calls: string[]

  function open(changes: Partial<Project> = {}): void {
    world = aWorld({projects: [aProject(changes)]})
    calls = []
    const runner = {
      release: async () => void calls.push('release'),
      drive: () => void calls.push('drive'),
      idle: async () => void calls.push('idle'),
    } as unknown as ProjectRunner
    const reconciler = {reconcile: async () => void calls.push('reconcile')} as unknown as Reconciler
    control = new ProjectControl({
      ...world,
      runner,
      reconciler,
      watch: new AgentEvents(world),
      context: {rebrief: async (_, {role}) => `${calls.push(`rebrief ${role}`)}`},
    })
  }

  it('cancels: mailboxes are closed, the end is recorded, and whoever drives it ends its agents', async () => {
    open({messages: [aMessage()]})
    expect(await control.cancel('p_1', BY_PERSON, 'enough')).to.include({
      state: 'cancelled',
      reason: 'enough',
      finishedAt: world.clock.now(),
    })
    expect(world.message().state).to.equal('expired')
    expect(calls).to.deep.equal(['release', 'drive', 'idle'])
  })

  describe('the projects that its agents started', () => {
    const startedBy = {project: 'p_1', agent: 'a_developer', role: 'developer'}

    async function openFamily(): Promise<void> {
      open()
      for (const child of [
        aProject({id: 'p_child', startedBy}),
        aProject({id: 'p_done', startedBy, state: 'completed'}),
        aProject({id: 'p_other', startedBy: {...startedBy, project: 'p_9'}}),
      ])
        await world.store.create(child)
    }
    const states = () => Object.fromEntries(world.store.projects().map(({id, state}) => [id, state]))

    for (const [how, end] of [
      ['a person stops it', () => control.cancel('p_1', BY_PERSON)],
      ['its deadline passes', () => control.expire('p_1', 'late')],
    ] as const) {
      it(`are ended with it when ${how}`, async () => {
        await openFamily()
        await end()
        expect(states()).to.include({p_child: 'cancelled', p_done: 'completed', p_other: 'running'})
        expect(world.store.project('p_child')!.reason).to.include('p_1')
      })
    }

    it('are ended first, so that an end that is cut off is begun again', async () => {
      await openFamily()
      await control.cancel('p_1', BY_PERSON)
      const ended = world.log.events.filter(({type, data}) => type === 'project.state' && data['to'] === 'cancelled')
      expect(ended.map(({project}) => project)).to.deep.equal(['p_child', 'p_1'])
    })
  })

  it('acknowledges what the transcript holds before it closes the mailboxes', async () => {
    const agents = [anAgent({transcript: {path: '/t', position: 0}})]
    open({messages: [aMessage({state: 'offered', offeredTo: 'r_1'}), aMessage({id: 'm_2'})], agents})
    world.driver.transcripts.set('/t', [{kind: 'acknowledged', text: '[orch m_1 from person] hello'}])
    await control.cancel('p_1', BY_PERSON, 'enough')
    expect([world.message().state, world.message('m_2').state]).to.deep.equal(['acknowledged', 'expired'])
  })

  it('sends again, when it is taken up, what its end kept from its agents', async () => {
    const messages = [aMessage({kind: 'system', text: 'on the base, `npm test` fails'}), aMessage({id: 'm_2', state: 'acknowledged'})]
    open({messages})
    await control.cancel('p_1', BY_PERSON, 'enough')
    await control.resume('p_1', BY_PERSON)
    expect([world.message().state, world.message('m_2').state]).to.deep.equal(['accepted', 'acknowledged'])
  })

  it('does not send again what an agent read before its process ended', async () => {
    const agents = [anAgent({state: 'stopped', transcript: {path: '/t', position: 0}})]
    open({state: 'cancelled', agents, messages: [aMessage({state: 'expired', reason: 'the project is over'})]})
    world.driver.transcripts.set('/t', [{kind: 'acknowledged', text: '[orch m_1 from person] hello'}])
    await control.resume('p_1', BY_PERSON)
    expect(world.message().state).to.equal('acknowledged')
  })

  it('sends nothing again when it was only paused', async () => {
    open({state: 'paused', resumeTo: 'running', messages: [aMessage({state: 'expired', reason: 'the project is over'})]})
    await control.resume('p_1', BY_PERSON)
    expect(world.message().state).to.equal('expired')
  })

  describe('resumed with a credential in the environment', () => {
    const REFUSED = {what: 'login', until: null, holder: null, account: {id: 'KEY=old', login: null}} as const

    async function openRefused(waitingFor: Agent['waitingFor'] = REFUSED): Promise<void> {
      open({agents: [anAgent({state: 'limited', waitingFor}), anAgent({role: 'tester'})]})
      const driver = Object.assign(world.driver, {
        credentials: ['KEY', 'TOKEN'],
        account: async (env: Readonly<Record<string, string>>) => ({
          ...{id: env['TOKEN'] ? `TOKEN=${env['TOKEN']}` : `KEY=${env['KEY']}`, login: null},
          countsAtStart: true,
        }),
      })
      expect(driver.credentials).to.have.length(2)
      await world.files.writePrivate(envFile(), JSON.stringify({KEY: 'old', PATH: '/bin'}))
    }
    const envFile = () => `${world.project().directory}/env.json`
    const kept = async () => JSON.parse((await world.files.readText(envFile()))!) as Record<string, string>

    it('takes it in place of one that was refused, and starts the refused agents again', async () => {
      await openRefused()
      await control.resume('p_1', BY_PERSON, {env: {TOKEN: 'new', PATH: '/other'}})
      expect(await kept()).to.deep.equal({PATH: '/bin', TOKEN: 'new'})
      expect(world.restarted).to.deep.equal(['a_developer'])
    })

    for (const [what, env] of [
      ['none', {PATH: '/other'}],
      ['the same', {KEY: 'old'}],
    ] as const) {
      it(`starts nothing again with ${what} of them`, async () => {
        await openRefused()
        await control.resume('p_1', BY_PERSON, {env})
        expect(await kept()).to.deep.equal({KEY: 'old', PATH: '/bin'})
        expect(world.restarted).to.deep.equal([])
      })
    }

    it('keeps one that works: another may be of an account that is billed', async () => {
      await openRefused({what: 'limit', until: EPOCH, holder: null})
      await control.resume('p_1', BY_PERSON, {env: {TOKEN: 'new'}})
      expect(await kept()).to.deep.equal({KEY: 'old', PATH: '/bin'})
    })
  })

  it('pauses and resumes where it was', async () => {
    for (const state of ['starting', 'running', 'verifying', 'merging'] as const) {
      open({state})
      expect(await control.pause('p_1', BY_PERSON)).to.include({state: 'paused', resumeTo: state})
      expect(await control.pause('p_1', BY_PERSON)).to.include({state: 'paused', resumeTo: state})
      expect(await control.resume('p_1', BY_PERSON)).to.include({state, resumeTo: null})
    }
  })

  it('resumes a project that was blocked, and blocked again while it was paused, where it was at first', async () => {
    open()
    await control.pause('p_1', BY_PERSON)
    await control.fail('p_1', 'a_developer', 'no licence')
    expect(world.project()).to.include({state: 'blocked'})
    expect(world.project().reason).to.include('no licence').and.include('developer')
    await control.pause('p_1', BY_PERSON)
    expect(await control.resume('p_1', BY_PERSON)).to.include({state: 'running', resumeTo: null})
  })

  it('brings record and facts together before it goes on', async () => {
    open({state: 'blocked', resumeTo: 'running'})
    await control.resume('p_1', BY_PERSON)
    expect(calls).to.deep.equal(['release', 'reconcile', 'drive'])
  })

  for (const state of ['exited', 'stopped', 'lost', 'quarantined'] as const) {
    it(`starts an agent that is ${state} again, however often it was started before`, async () => {
      open({state: 'blocked', resumeTo: 'running', agents: [anAgent({state, restarts: 3})]})
      expect(nextStep(await control.resume('p_1', BY_PERSON), world.clock.now()).do).to.equal('start')
    })
  }

  it('tells every agent that runs again who it is when asked to, and starts nobody then', async () => {
    const agents = [anAgent(), anAgent({role: 'tester', state: 'exited'}), anAgent({role: 'writer', state: 'idle'})]
    open({state: 'blocked', resumeTo: 'running', agents})
    await control.resume('p_1', BY_PERSON, {restartDead: false, rebriefAll: true})
    expect(calls).to.deep.equal(['release', 'reconcile', 'drive', 'rebrief developer', 'rebrief writer'])
    expect(world.agent('tester').state).to.equal('exited')
    open({state: 'blocked', resumeTo: 'running', agents})
    await control.resume('p_1', BY_PERSON)
    expect(calls.filter((call) => call.startsWith('rebrief'))).to.deep.equal([])
  })

  it('gives an agent whose claims were rejected new chances', async () => {
    const claim = aClaim({verdict: 'rejected', reason: 'r'})
    open({state: 'blocked', resumeTo: 'running', agents: [anAgent({claim, rejections: 3})]})
    expect(nextStep(await control.resume('p_1', BY_PERSON), world.clock.now()).do).to.equal('wait')
  })

  it('records what an agent says failed, once as the reason', async () => {
    open()
    await control.fail('p_1', 'a_developer', 'first')
    await control.fail('p_1', 'a_developer', 'second')
    expect(world.project()).to.include({state: 'blocked', resumeTo: 'running'})
    expect(world.project().reason).to.include('first')
    expect(world.log.events.filter(({type}) => type === 'incident').map(({data}) => data['failed'])).to.deep.equal(['first', 'second'])
  })

  it('tells the hub of it in the same change, where the policy wants claims copied', async () => {
    const messagePolicy = {...DEFAULT_MESSAGE_POLICY, hub: {role: 'orchestrator', copies: ['claim']}}
    open({agents: [anAgent(), anAgent({role: 'orchestrator'})], options: someOptions({messagePolicy})})
    const {revision} = world.project()
    await control.fail('p_1', 'a_developer', 'no licence')
    expect(world.project().revision).to.equal(revision + 1)
    expect(world.project().messages).to.have.length(1)
    expect(world.project().messages[0]).to.include({to: 'a_orchestrator', kind: 'claim', text: 'I cannot do my work: no licence'})
    await control.fail('p_1', 'a_orchestrator', 'nor can I')
    expect(world.project().messages).to.have.length(1)
  })

  it('names who stopped, paused or resumed it, in words and in the event', async () => {
    const by = {kind: 'agent', project: 'p_1', agent: 'a_orchestrator', role: 'orchestrator'} as const
    for (const [deed, words] of [
      ['pause', 'paused by orchestrator'],
      ['resume', 'resumed by orchestrator'],
      ['cancel', 'stopped by orchestrator'],
    ] as const) {
      open({state: deed === 'resume' ? 'paused' : 'running', resumeTo: 'running'})
      await control[deed]('p_1', by)
      const {data} = world.log.events.find(({type}) => type === 'project.state')!
      expect(data['evidence']).to.deep.equal({source: 'agent', what: words, at: world.clock.now(), by})
    }
    expect(world.project().reason).to.equal('stopped by orchestrator')
  })

  describe('of a project that ended', () => {
    /** It ends while it is running, its agents are stopped, and its record is put away. */
    async function end(changes: Partial<Project> = {}, how: 'cancel' | 'expire' = 'cancel'): Promise<void> {
      open(changes)
      await (how === 'cancel' ? control.cancel('p_1', BY_PERSON) : control.expire('p_1', 'its deadline passed'))
      await world.store.update('p_1', (project) => ({...project, agents: project.agents.map((agent) => ({...agent, state: 'stopped'}))}))
      await world.store.retire('p_1')
      calls = []
    }

    for (const state of ['starting', 'running', 'verifying', 'merging', 'paused', 'blocked'] as const) {
      it(`takes it up where it was: ${state}`, async () => {
        const resumeTo = state === 'paused' || state === 'blocked' ? 'running' : null
        await end({state, resumeTo})
        const resumed = await control.resume('p_1', BY_PERSON)
        expect(resumed).to.include({state: resumeTo ?? state, resumeTo: null, finishedAt: null, reason: null})
        expect(world.project()).to.deep.equal(resumed)
        expect(await world.store.finished(10)).to.deep.equal([])
        expect(calls).to.deep.equal(['release', 'reconcile', 'drive'])
        expect(resumed.evidence).to.include({source: 'person', what: 'resumed by a person'})
      })
    }

    it('no longer says that commits were left out: they may be merged yet', async () => {
      const unmerged = [{agent: 'a_developer', role: 'developer', branch: 'orch/x/developer', commits: 1, reason: 'it was cancelled'}]
      await end({unmerged})
      expect(await control.resume('p_1', BY_PERSON)).to.deep.include({unmerged: []})
    })

    it('keeps conversations, claims and worktrees, starts its agents again, and puts off the check-ins that fell due', async () => {
      const tester = anAgent({role: 'tester', claim: aClaim({verdict: 'holds'}), conversation: 'c-2'})
      await end({agents: [anAgent({conversation: 'c-1'}), tester], checkIns: [ownCheckIn('s_1', 'a_developer', 30, EPOCH + 1)]})
      await world.clock.advance(24 * 3_600_000)
      await control.resume('p_1', BY_PERSON)
      expect(
        world
          .project()
          .agents.map(({state, conversation, hasConversation, claim}) => [state, conversation, hasConversation, claim?.verdict]),
      ).to.deep.equal([
        ['planned', 'c-1', true, undefined],
        ['planned', 'c-2', true, 'holds'],
      ])
      expect(nextStep(world.project(), world.clock.now()).do).to.equal('start')
      expect(world.project().checkIns[0]!.nextAt).to.equal(world.clock.now() + 30 * 60_000)
    })

    it('needs a new deadline when the last one has passed', async () => {
      await end({options: someOptions({deadlineAt: EPOCH})}, 'expire')
      const {remedy, message} = await refusal('ORCH_CLASH', control.resume('p_1', BY_PERSON))
      expect([message, remedy].join()).to.include('deadline').and.include('orch resume p_1 --deadline')
      expect(await world.store.countFinished()).to.equal(1)
      const deadlineAt = world.clock.now() + 1
      expect((await control.resume('p_1', BY_PERSON, {deadlineAt})).options.deadlineAt).to.equal(deadlineAt)
    })

    it('allows what is named from here on', async () => {
      await end({options: someOptions({budget: {usd: 5, allowedUsd: 5}, plannerUsd: 6})})
      expect((await control.resume('p_1', BY_PERSON, {budgetUsd: 2})).options.budget).to.deep.equal({usd: 2, allowedUsd: 8})
    })

    it('finds the step by the agents in a record of before it was kept', async () => {
      for (const [run, state] of [
        [null, 'planning'],
        [aRun(), 'running'],
      ] as const) {
        open({state: 'failed', resumeTo: null, agents: [anAgent({state: 'stopped', run})]})
        expect((await control.resume('p_1', BY_PERSON)).state).to.equal(state)
      }
    })

    it('has it put away again when it cannot be recorded', async () => {
      await end()
      world.store.setFull(true)
      await refusal('ORCH_STORE_WRITE', control.resume('p_1', BY_PERSON))
      expect(calls).to.deep.equal(['release', 'drive'])
    })

    it('says what to do instead when it is completed', async () => {
      open({state: 'completed'})
      const {remedy} = await refusal('ORCH_CLASH', control.resume('p_1', BY_PERSON))
      expect(remedy).to.include('orch report p_1').and.include('--fresh')
    })
  })

  it('does nothing to a project that is finished or not there', async () => {
    open({state: 'completed'})
    for (const id of ['p_1', 'p_none']) {
      await refusal('ORCH_CLASH', control.cancel(id, BY_PERSON))
      await refusal('ORCH_CLASH', control.pause(id, BY_PERSON))
      await refusal('ORCH_CLASH', control.resume(id, BY_PERSON))
      await refusal('ORCH_CLASH', control.fail(id, 'a_developer', 'w'))
    }
    expect(calls).to.deep.equal([])
  })
})
