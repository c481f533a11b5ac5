import {expect} from 'chai'
import {BY_PERSON} from '../../src/domain/actor.js'
import {nextStep} from '../../src/domain/next-step.js'
import type {Project} from '../../src/domain/project.js'
import {DEFAULT_TALK} from '../../src/domain/routing.js'
import {ProjectControl} from '../../src/services/project-control.js'
import type {Reconciler} from '../../src/services/reconciler.js'
import type {Runner} from '../../src/services/runner.js'
import {aClaim, aMessage, aProject, anAgent, someOptions} from '../support/builders.js'
import {refusal} from '../support/failure.js'
import {aWorld, type World} from '../support/world.js'

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
    } as unknown as Runner
    const reconciler = {reconcile: async () => void calls.push('reconcile')} as unknown as Reconciler
    control = new ProjectControl({
      ...world,
      runner,
      reconciler,
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
    const talk = {...DEFAULT_TALK, hub: {role: 'orchestrator', copies: ['claim']}}
    open({agents: [anAgent(), anAgent({role: 'orchestrator'})], options: someOptions({talk})})
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
