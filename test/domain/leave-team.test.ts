import {expect} from 'chai'
import {BY_PERSON} from '../../src/domain/actor.js'
import {contributors} from '../../src/domain/contribution.js'
import {openIncident} from '../../src/domain/incident.js'
import {leaveTeam, teamOf} from '../../src/domain/leave-team.js'
import {nextStep} from '../../src/domain/next-step.js'
import {requestApproval} from '../../src/domain/request.js'
import {resume} from '../../src/domain/resume.js'
import {hubOf, route} from '../../src/domain/routing.js'
import {aMessage, anAgent, anApproval, aProject} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'

const NOW = 5_000
const ids = () => {
  let count = 0
  return () => `m_new${count++}`
}
const leave = (project: Project, role: string): Project =>
  leaveTeam(
    project,
    project.agents.find((agent) => agent.role === role)!,
    BY_PERSON,
    ids(),
    NOW,
  ).project
const member = (project: Project, role: string) => project.agents.find((agent) => agent.role === role)!
const codeOf = (deed: () => unknown): unknown => {
  try {
    deed()
  } catch (error) {
    return (error as {code: string}).code
  }
  return null
}

describe('a role that leaves its team', () => {
  const team = (changes: Partial<Project> = {}) =>
    aProject({agents: [anAgent({role: 'orchestrator', owes: 'nothing'}), anAgent(), anAgent({role: 'tester', owes: 'report'})], ...changes})

  it('has no messages to read, no check-ins, no open incident and no merge', () => {
    const before = team({
      messages: [aMessage({id: 'm_1', to: 'a_tester', state: 'accepted'}), aMessage({id: 'm_2', to: 'a_developer', state: 'accepted'})],
      checkIns: [
        {id: 's_1', agent: 'a_tester', everyMinutes: 20, nextAt: 1, note: null, by: 'orch', misses: 0, given: 0, seen: null},
        {id: 's_2', agent: 'a_developer', everyMinutes: 20, nextAt: 1, note: null, by: 'orch', misses: 0, given: 0, seen: null},
      ],
    })
    const stuck = openIncident(before, {cause: 'stuck', agent: 'a_tester', about: null, what: 'silent'}, NOW).project
    const after = leave(stuck, 'tester')
    expect(after.messages.slice(0, 2).map(({id, state, reason}) => [id, state, reason])).to.deep.equal([
      ['m_1', 'expired', 'tester has left the team'],
      ['m_2', 'accepted', null],
    ])
    expect(after.checkIns.map(({id}) => id)).to.deep.equal(['s_2'])
    expect(after.incidents).to.deep.equal([])
    expect(teamOf(after).map(({role}) => role)).to.deep.equal(['orchestrator', 'developer'])
  })

  it('withdraws its questions, and hands on those it was to answer: to the orchestrator, then to a person', () => {
    const requests = [
      anApproval({id: 'q_1', from: 'a_tester', approver: 'a_developer'}),
      anApproval({id: 'q_2', from: 'a_developer', approver: 'a_tester'}),
      anApproval({id: 'q_3', from: 'a_developer', approver: 'a_orchestrator'}),
    ]
    const after = leave(team({requests}), 'tester')
    expect(after.requests.map(({id, state, approver}) => [id, state, approver])).to.deep.equal([
      ['q_1', 'withdrawn', 'a_developer'],
      ['q_2', 'pending', 'a_orchestrator'],
      ['q_3', 'pending', 'a_orchestrator'],
    ])
    const without = leave(after, 'orchestrator')
    expect(without.requests.map(({approver}) => approver)).to.deep.equal(['a_developer', 'person', 'person'])
    expect(without.messages.filter(({to, state}) => to === 'a_tester' && state === 'accepted')).to.deep.equal([])
  })

  it('is written to by nobody, is asked nothing, and is no hub', () => {
    const after = leave(leave(team(), 'tester'), 'orchestrator')
    const letter = {from: 'a_developer', sender: 'developer', to: 'a_tester', kind: 'text', text: 'Are you there?'} as const
    expect(codeOf(() => route(after, letter, NOW))).to.equal('ORCH_CLASH')
    const question = {id: 'q_9', from: 'a_developer', asker: 'developer', approver: 'a_tester', question: '?', timeoutMs: 1, fallback: null}
    expect(codeOf(() => requestApproval(after, question, 'm_9', NOW))).to.equal('ORCH_REFUSED')
    expect(hubOf(after)).to.equal(undefined)
  })

  it('is not started again when it crashes before it is ended', () => {
    const after = leave(team({state: 'running'}), 'tester')
    const crashed = {
      ...after,
      agents: after.agents.map((agent) => (agent.left ? {...agent, state: 'exited' as const, exitCode: 1} : agent)),
    }
    expect(nextStep(crashed, NOW)).to.deep.equal({do: 'wait'})
  })

  it('has no commits in the result, and is started again by nothing', () => {
    const project = team({state: 'running'})
    for (const state of ['lost', 'exited', 'quarantined'] as const) {
      const ended = {...project, agents: project.agents.map((agent) => (agent.role === 'tester' ? {...agent, state, exitCode: 1} : agent))}
      const after = leave(ended, 'tester')
      expect(member(after, 'tester').state).to.equal('stopped')
      expect(nextStep(after, NOW)).to.deep.equal({do: 'wait'})
      const resumed = resume(after, {restartDead: true}, {source: 'person', what: 'resumed', at: NOW}).project
      expect(member(resumed, 'tester').state).to.equal('stopped')
      const withCommits = new Set(['a_tester', 'a_developer'])
      expect(contributors(after.agents, withCommits).map(({role}) => role)).to.deep.equal(['developer'])
    }
  })
})
