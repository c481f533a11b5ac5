import {expect} from 'chai'
import {moveProject} from '../../../src/domain/project.js'
import type {CallContext, Method, Methods} from '../../../src/rpc/method.js'
import {approvalMethods} from '../../../src/rpc/methods/approvals.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {Requests} from '../../../src/services/requests/requests.js'
import {aProject, anAgent, someOptions} from '../../support/builders.js'
import {asAgent, callOf, PERSON} from '../../support/callers.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Approval} from '../../../src/domain/model/request.js'

const authorizations = [{action: 'publish a build', approver: 'project-manager', timeoutMinutes: 30, default: 'deny'}]

describe('approval.ask', () => {
  let world: World
  let ask: (params: object) => Promise<Approval>

  beforeEach(() => {
    const agents = [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'project-manager'})]
    world = aWorld({projects: [aProject({agents, options: someOptions({authorizations})})]})
    const method = approvalMethods({
      ...world,
      rollCall: new ProjectFinder(world.store),
      approvals: new Requests(world),
    })['approval.ask'] as Method
    const caller = {agent: {project: 'p_1', agent: 'a_developer', role: 'developer'}}
    const context = {caller, signal: new AbortController().signal} as CallContext
    ask = (params) => method.handle({id: 'q_000001', question: 'May I?', wait: false, ...params} as never, context) as Promise<Approval>
  })

  it('asks whom the caller names, for a quarter of an hour unless it says otherwise', async () => {
    expect(await ask({to: 'project_manager'})).to.include({approver: 'a_projectmanager', timeoutMs: 900_000, fallback: null})
    expect(await ask({id: 'q_000002', to: 'person', timeoutMs: 5_000, fallback: 'approve'})).to.include({
      approver: 'person',
      timeoutMs: 5_000,
      fallback: 'approve',
    })
  })

  it('asks whom the template names for an action it lists, within its time and with its default', async () => {
    const asked = await ask({action: 'Publish a build'})
    expect(asked).to.include({approver: 'a_projectmanager', timeoutMs: 1_800_000, fallback: 'deny', question: 'May I?'})
    expect(world.project().messages[0]).to.include({to: 'a_projectmanager', kind: 'approval'})
  })

  it('lets nobody choose another approver, time or default for it', async () => {
    for (const own of [{to: 'orchestrator'}, {timeoutMs: 1_000}, {fallback: 'approve'}])
      await refusal('ORCH_USAGE', ask({action: 'publish a build', ...own}))
    await refusal('ORCH_USAGE', ask({}))
    await refusal('ORCH_NOT_FOUND', ask({action: 'launch'}))
    expect(world.project().requests).to.deep.equal([])
  })
})

describe('a request over the socket', () => {
  let world: World
  let methods: Methods
  const ask = (params: object = {}, caller = asAgent(), signal?: AbortSignal) =>
    callOf<Approval>(
      methods,
      'approval.ask',
      {id: 'q_000001', to: 'project-manager', question: 'May I?', wait: false, ...params},
      caller,
      signal,
    )
  const answer = (params: object, caller = asAgent('project-manager')) =>
    callOf<Approval>(methods, 'approval.answer', {id: 'q_000001', verdict: 'approved', ...params}, caller)
  const pending = () =>
    world
      .project()
      .requests.filter(({state}) => state === 'pending')
      .map(({id}) => id)

  beforeEach(() => {
    const agents = [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'project-manager'})]
    world = aWorld({projects: [aProject({agents}), aProject({id: 'p_2', name: 'other', createdAt: 9})]})
    methods = approvalMethods({
      ...world,
      rollCall: new ProjectFinder(world.store),
      approvals: new Requests(world),
    })
  })

  describe('is answered', () => {
    beforeEach(() => ask())

    it('by whom it was put to, and the asker is told', async () => {
      expect(await answer({reason: 'go on'})).to.include({state: 'approved', answeredBy: 'a_projectmanager', answer: 'go on'})
      expect(world.project().messages.at(-1)).to.include({to: 'a_developer', kind: 'answer'})
    })

    it('in words, which are needed', async () => {
      for (const reason of [undefined, '  ']) await refusal('ORCH_USAGE', answer({verdict: 'answered', ...(reason ? {reason} : {})}))
      expect(await answer({verdict: 'answered', reason: 'vitest'})).to.include({state: 'answered', answer: 'vitest'})
      expect(world.project().messages.at(-1)!.text).to.include('vitest')
    })

    it('after a look at the question, which only its own project gets', async () => {
      expect(await callOf<Approval>(methods, 'approval.show', {id: '0000'}, PERSON)).to.include({question: 'May I?'})
      await refusal('ORCH_NOT_FOUND', callOf(methods, 'approval.show', {id: 'q_000001'}, asAgent('developer', 'p_2')))
    })

    it('the same way twice as once, and in no other way afterwards', async () => {
      await answer({})
      const {revision} = world.project()
      await answer({})
      expect(world.project().revision).to.equal(revision)
      await refusal('ORCH_CLASH', answer({verdict: 'denied'}))
    })

    for (const [who, caller] of [
      ['the asker', asAgent()],
      ['a colleague', asAgent('orchestrator')],
    ] as const) {
      it(`by nobody else: ${who}`, async () => {
        expect((await refusal('ORCH_REFUSED', answer({}, caller))).exit).to.equal(77)
        expect(pending()).to.deep.equal(['q_000001'])
      })
    }

    it('by a person, whose answer counts always', async () => {
      expect(await answer({}, PERSON)).to.include({state: 'approved', answeredBy: 'person'})
    })

    it('by no agent of another project, which does not even learn of it', async () => {
      const error = await refusal('ORCH_NOT_FOUND', answer({}, asAgent('project-manager', 'p_2')))
      expect(error.remedy).not.to.include('q_000001')
    })

    it('by the beginning of its id; several ask which, none says which there are', async () => {
      await ask({id: 'q_0000019'})
      expect((await refusal('ORCH_AMBIGUOUS', answer({id: '00'}))).remedy).to.include('q_000001, q_0000019')
      expect((await refusal('ORCH_NOT_FOUND', answer({id: 'q_none'}))).remedy).to.include('q_000001, q_0000019')
      // The whole id of one is the beginning of the other.
      expect(await answer({id: 'q_000001'})).to.include({id: 'q_000001'})
      expect(await answer({id: '0000019', verdict: 'denied'})).to.include({id: 'q_0000019', state: 'denied'})
    })

    it('by no empty word, although it is the only one', async () => {
      await refusal('ORCH_NOT_FOUND', answer({id: ''}, PERSON))
      expect(pending()).to.deep.equal(['q_000001'])
    })

    it('with yes or no', async () => {
      await refusal('ORCH_INVALID_PARAMS', answer({verdict: 'perhaps'}))
    })
  })

  it('asked twice with one id is one request', async () => {
    await ask()
    expect(await ask({question: 'May I really?'})).to.include({question: 'May I?'})
    expect(pending()).to.have.length(1)
    expect(world.project().messages).to.have.length(1)
  })

  it('to oneself is refused, and one to nobody known says who there is', async () => {
    await refusal('ORCH_REFUSED', ask({to: 'developer'}))
    expect((await refusal('ORCH_NOT_FOUND', ask({to: 'designer'}))).remedy).to.include('project-manager')
    await refusal('ORCH_USAGE', ask({question: ' \n'}))
    for (const bad of [{id: 'q_1'}, {timeoutMs: 0}, {timeoutMs: 31 * 86_400_000}, {question: 'x'.repeat(1_000_001)}, {from: 'person'}])
      await refusal('ORCH_INVALID_PARAMS', ask(bad))
    expect(pending()).to.deep.equal([])
  })

  it('of a person names the project where there are several', async () => {
    await refusal('ORCH_AMBIGUOUS', ask({}, PERSON))
    expect(await ask({project: 'demo'}, PERSON)).to.include({from: 'person', asker: 'person'})
    expect(await callOf<Approval[]>(methods, 'approval.list', {project: 'demo'})).to.have.length(1)
    expect(await callOf<Approval[]>(methods, 'approval.list', {}, asAgent())).to.have.length(1)
    await refusal('ORCH_REFUSED', callOf(methods, 'approval.list', {project: 'demo'}, asAgent('developer', 'p_2')))
  })

  describe('that is waited for', () => {
    it('comes with its answer', async () => {
      // Longer than a timer of Node can be: it rang at once.
      const asked = ask({wait: true, timeoutMs: 30 * 86_400_000})
      await new Promise((resolve) => setTimeout(resolve, 20))
      await answer({verdict: 'denied', reason: 'no'})
      expect(await asked).to.include({state: 'denied', answer: 'no'})
    })

    it('comes as it stands when the caller goes away', async () => {
      const gone = new AbortController()
      const asked = ask({wait: true}, asAgent(), gone.signal)
      gone.abort()
      expect(await asked).to.include({state: 'pending'})
    })

    it('comes as it stands when the project is over: nobody answers any more', async () => {
      const asked = ask({wait: true})
      await new Promise((resolve) => setImmediate(resolve))
      await world.recorder.change('p_1', (project, now) => moveProject(project, 'cancelled', {source: 'person', what: 'stopped', at: now}))
      expect(await asked).to.include({state: 'pending'})
    })
  })
})
