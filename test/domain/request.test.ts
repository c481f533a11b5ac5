import {expect} from 'chai'
import {answerApproval, overdueApprovals, requestApproval, withdrawRequests, type Answer, type Request} from '../../src/domain/request.js'
import {DEFAULT_MESSAGE_POLICY} from '../../src/domain/routing.js'
import {aProject, anAgent, EPOCH, someOptions} from '../support/builders.js'
import {failureOf} from '../support/failure.js'
import type {Project} from '../../src/domain/model/project.js'

const agents = [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'project-manager'})]
const ASKED: Request = {
  id: 'q_1',
  from: 'a_developer',
  asker: 'developer',
  approver: 'a_projectmanager',
  question: 'May I change the schema?',
  timeoutMs: 60_000,
  fallback: null,
}
const ask = (changes: Partial<Request> = {}) => requestApproval(aProject({agents}), {...ASKED, ...changes}, 'm_ask', EPOCH).project
const answer = (project: Project, changes: Partial<Answer> = {}) =>
  answerApproval(
    project,
    'q_1',
    {by: 'a_projectmanager', sender: 'project-manager', state: 'approved', words: null, ...changes},
    'm_ans',
    EPOCH + 1,
  )
const refusal = async (act: () => unknown) => (await failureOf(Promise.resolve().then(act))) as Error & {code: string}
const overdue = (project: Project, now: number) => overdueApprovals(project, () => `m_${now}`, now).project

describe('an approval', () => {
  it('is put to its approver, with the words that answer it', () => {
    const {requests, messages} = ask()
    expect(requests[0]).to.include({state: 'pending', approver: 'a_projectmanager', deadline: EPOCH + 60_000})
    expect(messages[0]).to.include({to: 'a_projectmanager', sender: 'developer', kind: 'approval', cause: 'q_1'})
    expect(messages[0]!.text).to.include('orch approve q_1').and.to.include('orch deny q_1')
  })

  it('and its answer are copied to the hub where the policy says so', () => {
    const hub = {role: 'orchestrator', copies: ['approval', 'answer']}
    const project = aProject({agents, options: someOptions({messagePolicy: {...DEFAULT_MESSAGE_POLICY, hub}})})
    const asked = requestApproval(project, ASKED, 'm_ask', EPOCH).project
    expect(asked.messages.map(({to, kind}) => [to, kind])).to.deep.equal([
      ['a_projectmanager', 'approval'],
      ['a_orchestrator', 'approval'],
    ])
    expect(
      answer(asked)
        .project.messages.slice(2)
        .map(({to, kind}) => [to, kind]),
    ).to.deep.equal([
      ['a_developer', 'answer'],
      ['a_orchestrator', 'answer'],
    ])
  })

  it('is refused to an asker who has ten without an answer', async () => {
    const nth = (project: Project, index: number) => requestApproval(project, {...ASKED, id: `q_${index}`}, `m_${index}`, EPOCH).project
    const ten = Array.from({length: 10}, (_, index) => index).reduce(nth, aProject({agents}))
    expect(await refusal(() => nth(ten, 11))).to.include({code: 'ORCH_REFUSED'})
    expect(
      requestApproval(ten, {...ASKED, id: 'q_o', from: 'a_orchestrator', asker: 'orchestrator'}, 'm_o', EPOCH).project.requests,
    ).to.have.length(11)
  })

  it('asked again is the same, and asked of oneself is refused', async () => {
    const project = ask()
    expect(requestApproval(project, ASKED, 'm_2', EPOCH).project).to.equal(project)
    expect(await refusal(() => ask({approver: 'a_developer'}))).to.include({code: 'ORCH_REFUSED'})
  })

  it('reaches the asker as a message', () => {
    const {project} = answer(ask(), {state: 'denied', words: 'after the release'})
    expect(project.requests[0]).to.include({state: 'denied', answer: 'after the release', answeredBy: 'a_projectmanager'})
    expect(project.messages[1]).to.include({to: 'a_developer', kind: 'answer', sender: 'project-manager', cause: 'q_1'})
    expect(project.messages[1]!.text).to.include('denied').and.to.include('after the release')
  })

  it('answered in words reaches the asker, unless the words were a message already', () => {
    const words = {state: 'answered', words: 'node:test'} as const
    const {project} = answer(ask(), words)
    expect(project.requests[0]).to.include({state: 'answered', answer: 'node:test'})
    expect(project.messages.at(-1)).to.include({to: 'a_developer', kind: 'answer'})
    expect(project.messages.at(-1)!.text).to.include('node:test')
    expect(answer(ask(), {...words, isMessage: true}).project.messages).to.have.length(1)
  })

  it('is closed when its asker is stopped, and the asker is told to ask again', () => {
    const asked = requestApproval(ask(), {...ASKED, id: 'q_2', from: 'a_orchestrator', asker: 'orchestrator'}, 'm_2', EPOCH).project
    const {project, events} = withdrawRequests(asked, 'a_developer', 'you were stopped', () => 'm_w', EPOCH + 5)
    expect(project.requests.map(({id, state}) => [id, state])).to.deep.equal([
      ['q_1', 'withdrawn'],
      ['q_2', 'pending'],
    ])
    expect(project.messages.at(-1)).to.include({id: 'm_w', to: 'a_developer'})
    expect(project.messages.at(-1)!.text).to.include('when you were stopped').and.include(asked.requests[0]!.question)
    expect(events.map(({type, agent}) => [type, agent])).to.deep.include(['approval', 'a_developer'])
  })

  it('that is closed is not put any more to whoever has not read it', () => {
    const {project} = withdrawRequests(ask(), 'a_developer', 'you were stopped', () => 'm_w', EPOCH + 5)
    expect(project.messages.find(({kind}) => kind === 'approval')).to.include({state: 'expired', reason: 'the request was withdrawn'})
  })

  it('is for whoever was asked, or a person, and never for the asker', async () => {
    expect(await refusal(() => answer(ask(), {by: 'a_developer'}))).to.include({code: 'ORCH_REFUSED'})
    expect(await refusal(() => answer(ask(), {by: 'a_orchestrator'}))).to.include({code: 'ORCH_REFUSED'})
    expect(await refusal(() => answer(ask({approver: 'person'}), {by: 'a_projectmanager'}))).to.include({code: 'ORCH_REFUSED'})
    expect(answer(ask({approver: 'person'}), {by: 'person'}).project.requests[0]!.state).to.equal('approved')
    expect(await refusal(() => answer(ask({from: 'person', asker: 'person', approver: 'a_developer'}), {by: 'person'}))).to.include({
      code: 'ORCH_REFUSED',
    })
  })

  it('is settled once; the same answer again changes nothing', async () => {
    const {project} = answer(ask())
    expect(answer(project).project).to.equal(project)
    expect(await refusal(() => answer(project, {state: 'denied'}))).to.include({code: 'ORCH_CLASH'})
    const said = answer(ask(), {state: 'answered', words: 'vitest'}).project
    expect(answer(said, {state: 'answered', words: 'vitest'}).project).to.equal(said)
    expect(await refusal(() => answer(said, {state: 'answered', words: 'jest'}))).to.include({code: 'ORCH_CLASH'})
    expect(
      await refusal(() => answerApproval(project, 'q_9', {by: 'person', sender: 'person', state: 'approved', words: null}, 'm', EPOCH)),
    ).to.include({
      code: 'ORCH_NOT_FOUND',
    })
  })

  it('takes its default at the deadline, not before', () => {
    const project = ask({fallback: 'deny'})
    expect(overdue(project, EPOCH + 59_999)).to.equal(project)
    const over = overdue(project, EPOCH + 60_000)
    expect(over.requests[0]).to.include({state: 'defaulted', answer: 'deny', answeredBy: 'orch'})
    expect(over.messages.at(-1)).to.include({to: 'a_developer', sender: 'orch'})
  })

  it('without a default goes to the orchestrator, then to a person, who has all the time', () => {
    const second = overdue(ask(), EPOCH + 60_000)
    expect(second.requests[0]).to.include({state: 'pending', approver: 'a_orchestrator', deadline: EPOCH + 120_000})
    expect(second.messages.at(-1)).to.include({to: 'a_orchestrator', kind: 'approval'})
    const third = overdue(second, EPOCH + 120_000)
    expect(third.requests[0]).to.include({state: 'pending', approver: 'person', deadline: null})
    expect(overdue(third, EPOCH + 10 ** 9)).to.equal(third)
    expect(answer(third, {by: 'person'}).project.requests[0]!.state).to.equal('approved')
  })

  it('of the orchestrator goes to a person at once', () => {
    const own = ask({from: 'a_orchestrator', asker: 'orchestrator'})
    expect(overdue(own, EPOCH + 60_000).requests[0]!.approver).to.equal('person')
  })
})
