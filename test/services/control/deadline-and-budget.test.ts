import {expect} from 'chai'
import {BY_PERSON} from '../../../src/domain/actor.js'
import {DeadlineAndBudget} from '../../../src/services/control/deadline-and-budget.js'
import {ProjectControl} from '../../../src/services/control/project-control.js'
import type {Reconciler} from '../../../src/services/recovery/reconciler.js'
import type {ProjectRunner} from '../../../src/services/projects/project-runner.js'
import type {AgentStopper} from '../../../src/services/agents/stop-agent.js'
import {EPOCH, aMessage, aProject, anAgent, someOptions, someUsage} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

describe('DeadlineAndBudget', () => {
  let world: World
  let bounds: DeadlineAndBudget
  let control: ProjectControl
  let calls: string[]

  function open(project: Partial<Project>): void {
    world = aWorld({projects: [aProject(project)]})
    calls = []
    const runner = {release: async () => {}, drive: () => {}, idle: async () => void calls.push('idle')} as unknown as ProjectRunner
    control = new ProjectControl({
      ...world,
      runner,
      watch: {readTranscripts: async () => {}},
      reconciler: {reconcile: async () => {}} as unknown as Reconciler,
      context: {rebrief: async () => 'm_0'},
    })
    const terminator = {
      stopAll: async ({state}: Project, why: string) => void calls.push(`stop ${state}: ${why}`),
    } as unknown as AgentStopper
    bounds = new DeadlineAndBudget({...world, control, terminator})
  }

  describe('a deadline', () => {
    const late = (changes: Partial<Project> = {}) => open({options: someOptions({deadlineAt: EPOCH + 1_000}), ...changes})

    it('ends a project when it comes, and not before', async () => {
      late({messages: [aMessage()]})
      await bounds.tick()
      expect(world.project().state).to.equal('running')
      await world.clock.advance(1_000)
      await bounds.tick()
      expect(world.project()).to.include({state: 'failed', finishedAt: EPOCH + 1_000})
      expect(world.project().reason).to.include('deadline').and.include('running')
      expect(world.message().state).to.equal('expired')
      expect(calls).to.deep.equal(['idle'])
    })

    for (const state of ['queued', 'paused', 'blocked'] as const) {
      it(`ends a project that is ${state}`, async () => {
        late({state})
        await world.clock.advance(1_000)
        await bounds.tick()
        expect(world.project().state).to.equal('failed')
      })
    }

    it('leaves a project alone that ended meanwhile', async () => {
      late({state: 'completed'})
      await world.clock.advance(1_000)
      await bounds.tick()
      expect(world.project().state).to.equal('completed')
    })
  })

  describe('a budget', () => {
    const spent = (usd: number, changes: Partial<Project> = {}) =>
      open({
        options: someOptions({budget: {usd: 5, allowedUsd: 5}, plannerUsd: 1}),
        agents: [anAgent({usage: someUsage({costUsd: usd})}), anAgent({role: 'tester'})],
        ...changes,
      })

    it('lets a project go on that is within it', async () => {
      spent(3.99)
      await bounds.tick()
      expect(world.project().state).to.equal('running')
      expect(calls).to.deep.equal([])
    })

    it('blocks a project that has used it up, stops its agents, and says what is not known', async () => {
      spent(4)
      await bounds.tick()
      expect(world.project()).to.include({state: 'blocked', resumeTo: 'running'})
      expect(world.project().reason).to.include('$5.00').and.include('tester')
      expect(calls).to.deep.equal(['stop blocked: the budget is used up'])
      await bounds.tick()
      expect(calls).to.have.length(1)
    })

    it('grants as much again to a person who resumes', async () => {
      spent(4)
      await bounds.tick()
      await control.resume('p_1', BY_PERSON)
      await bounds.tick()
      expect(world.project()).to.include({state: 'running'})
      expect(world.project().options.budget!.allowedUsd).to.equal(10)
    })
  })

  it('does without options of records that are older than bounds', async () => {
    const {deadlineAt, budget, ...old} = someOptions()
    expect([deadlineAt, budget]).to.deep.equal([null, null])
    open({options: old as never})
    await bounds.tick()
    expect(world.project().state).to.equal('running')
  })
})
