import {expect} from 'chai'
import type {TeamCatalog} from '@orch/plugin-kit'
import {BY_PERSON} from '../../../src/domain/actor.js'
import {requestApproval} from '../../../src/domain/request.js'
import {AgentControl} from '../../../src/services/control/agent-control.js'
import {PortBlocks} from '../../../src/services/projects/port-blocks.js'
import type {Restarts} from '../../../src/services/agents/restarts.js'
import {aPlan, aProject, anAgent, aRole, someOptions} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

describe('AgentControl', () => {
  let world: World
  let control: AgentControl
  let calls: string[]

  function open(changes: Partial<Project> = {}, env: Record<string, string> = {}): void {
    world = aWorld({projects: [aProject(changes)]})
    calls = []
    const {directory} = world.project()
    world.files.put(`${directory}/plan.json`, JSON.stringify(aPlan()))
    world.files.put(`${directory}/env.json`, JSON.stringify(env))
    control = new AgentControl({
      ...world,
      terminator: {stop: async (_, agent, why) => void calls.push(`stop ${agent}: ${why}`)},
      restarts: {
        restart: async (_: string, agent: string, how: object) => void calls.push(`restart ${agent} ${JSON.stringify(how)}`),
      } as unknown as Restarts,
      removal: {remove: async (_, {id}, {leaveWork}) => void calls.push(`remove ${id} ${leaveWork}`)},
      context: {rebrief: async (_, {role}) => `brief ${role}`},
      catalog: async () => ({role: (key: string) => aRole({key, title: key, checkInMinutes: 20})}) as unknown as TeamCatalog,
      portBlocks: new PortBlocks(world.host),
      ports: () => ({first: 41_000, perAgent: 10}),
    })
  }

  describe('an added role', () => {
    it('joins record, plan and check-ins, and those at work are told', async () => {
      open()
      await control.add(world.project(), 'Code_Reviewer', BY_PERSON)
      const {agents, checkIns, messages} = world.project()
      expect(agents.map(({role, state}) => [role, state])).to.deep.equal([
        ['developer', 'working'],
        ['code-reviewer', 'planned'],
      ])
      expect(checkIns[0]).to.include({agent: agents[1]!.id, everyMinutes: 20})
      expect(messages[0]!.text).to.include('orch send code-reviewer')
      expect(world.files.text('/state/projects/p_1/plan.json')).to.include('code-reviewer')
    })

    it('gets a port of the pool that nobody has, and the person’s own where there is one', async () => {
      const options = someOptions({oauth: {ports: [3000, 3001, 3002]}})
      const agents = [anAgent({oauthPort: 3000}), anAgent({role: 'tester', oauthPort: 3001})]
      open({options, agents})
      expect((await control.add(world.project(), 'devops', BY_PERSON)).agents.at(-1)).to.include({oauthPort: 3002})
      open({options, agents}, {CLAUDE_OAUTH_PORT: '4000'})
      expect((await control.add(world.project(), 'devops', BY_PERSON)).agents.at(-1)).to.include({oauthPort: 4000})
    })

    it('is refused when it is there, and when the work is being verified', async () => {
      open()
      await refusal('ORCH_CLASH', control.add(world.project(), 'developer', BY_PERSON))
      open({state: 'verifying'})
      await refusal('ORCH_CLASH', control.add(world.project(), 'tester', BY_PERSON))
    })
  })

  describe('a role that left', () => {
    const left = {at: 1, by: 'a person'}

    it('comes back under its record, with its branch, its ports and its conversation; those at work are told', async () => {
      const tester = anAgent({role: 'tester', state: 'stopped', owes: 'nothing', left, restarts: 2})
      open({agents: [anAgent(), tester]})
      await control.add(world.project(), 'tester', BY_PERSON)
      const {agents, checkIns, messages} = world.project()
      expect(agents).to.have.length(2)
      expect(agents[1]).to.include({id: tester.id, branch: tester.branch, conversation: tester.conversation, state: 'planned'})
      expect(agents[1]).to.include({owes: 'commits', restarts: 0}).and.not.have.property('left')
      expect(checkIns[0]).to.include({agent: tester.id})
      expect(messages.map(({to, text}) => [to, /joined the team/.test(text)])).to.deep.equal([['a_developer', true]])
    })

    it('is not started again nor briefed, and how to bring it back is said', async () => {
      open({agents: [anAgent(), anAgent({role: 'tester', state: 'stopped', left})]})
      const tester = world.project().agents[1]!
      const {remedy} = await refusal('ORCH_CLASH', control.restart(world.project(), tester, {fresh: false, by: BY_PERSON}))
      expect(remedy).to.include('orch agent add p_1 tester')
      await refusal('ORCH_CLASH', control.brief(world.project(), tester))
    })

    it('does not leave while it is being started, while the work is checked, nor when the project is over', async () => {
      const remove = () => control.remove(world.project(), world.agent(), {leaveWork: false, by: BY_PERSON})
      open({agents: [anAgent({state: 'starting'})]})
      await refusal('ORCH_CLASH', remove())
      for (const state of ['verifying', 'merging', 'completed'] as const) {
        open({state})
        await refusal('ORCH_CLASH', remove())
      }
      expect(calls).to.deep.equal([])
      open({state: 'blocked'})
      await remove()
      expect(calls).to.deep.equal(['remove a_developer false'])
    })
  })

  describe('one agent alone', () => {
    it('is started again, in its conversation or a fresh one', async () => {
      open()
      await control.restart(world.project(), world.agent(), {fresh: true, by: BY_PERSON})
      expect(calls).to.have.length(1)
      expect(calls[0]).to.include('a_developer').and.include('"fresh":true')
    })

    it('that is stopped leaves no open question behind', async () => {
      open()
      const request = {
        id: 'q_1',
        from: 'a_developer',
        asker: 'developer',
        approver: 'person',
        question: 'May I?',
        timeoutMs: 60_000,
        fallback: null,
      }
      await world.recorder.change('p_1', (before, now) => requestApproval(before, request, 'm_1', now))
      await control.stop(world.project(), world.agent(), BY_PERSON)
      expect(world.project().requests[0]).to.include({state: 'withdrawn'})
    })

    it('is stopped, and told again who it is', async () => {
      open()
      await control.stop(world.project(), world.agent(), BY_PERSON)
      expect(calls).to.deep.equal(['stop a_developer: a person stopped it'])
      expect(await control.brief(world.project(), world.agent())).to.equal('brief developer')
    })

    for (const state of ['blocked', 'paused', 'waiting-credits', 'failed', 'cancelled'] as const) {
      it(`is not said to be started again while its project is ${state}: the way there is`, async () => {
        open({state, reason: 'tester ended', agents: [anAgent({state: 'stopped'})]})
        const {message, remedy} = await refusal(
          'ORCH_CLASH',
          control.restart(world.project(), world.agent(), {fresh: false, by: BY_PERSON}),
        )
        expect(message).to.include(`the project is ${state}: tester ended`)
        expect(remedy).to.include('orch resume p_1')
        expect(calls).to.deep.equal([])
      })
    }

    it('is not started again while the work is being checked, nor added, nor told who it is when nothing would start it', async () => {
      open({state: 'verifying'})
      await refusal('ORCH_CLASH', control.restart(world.project(), world.agent(), {fresh: false, by: BY_PERSON}))
      open({state: 'blocked', agents: [anAgent({state: 'stopped'})]})
      expect((await refusal('ORCH_CLASH', control.brief(world.project(), world.agent()))).remedy).to.include('orch resume p_1')
      expect((await refusal('ORCH_CLASH', control.add(world.project(), 'tester', BY_PERSON))).remedy).to.include('orch resume p_1')
    })

    it('is left alone while it is being started, and when its project is over', async () => {
      for (const changes of [{agents: [anAgent({state: 'starting'})]}, {state: 'completed'}] as Partial<Project>[]) {
        open(changes)
        await refusal('ORCH_CLASH', control.restart(world.project(), world.agent(), {fresh: false, by: BY_PERSON}))
        await refusal('ORCH_CLASH', control.stop(world.project(), world.agent(), BY_PERSON))
      }
      open({agents: [anAgent({state: 'exited'})]})
      await refusal('ORCH_CLASH', control.brief(world.project(), world.agent()))
      expect(calls).to.deep.equal([])
    })
  })
})
