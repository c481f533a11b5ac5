import {expect} from 'chai'
import type {Approval} from '../../../src/domain/approval.js'
import type {CallContext, Method} from '../../../src/rpc/method.js'
import {approvalMethods} from '../../../src/rpc/methods/approvals.js'
import {RollCall} from '../../../src/services/roll-call.js'
import {Approvals} from '../../../src/services/talk/approvals.js'
import {aProject, anAgent, someOptions} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

const authorizations = [{action: 'publish a build', approver: 'project-manager', timeoutMinutes: 30, default: 'deny'}]

describe('approval.ask', () => {
  let world: World
  let ask: (params: object) => Promise<Approval>

  beforeEach(() => {
    const agents = [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'project-manager'})]
    world = aWorld({projects: [aProject({agents, options: someOptions({authorizations})})]})
    const method = approvalMethods({
      ...world,
      rollCall: new RollCall(world.store),
      approvals: new Approvals(world),
      isPerson: async () => false,
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
    expect(world.project().approvals).to.deep.equal([])
  })
})
