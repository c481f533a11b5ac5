import {expect} from 'chai'
import type {Grant} from '@orch/plugin-kit'
import {AUTHORITY} from '../../../src/rpc/authority.js'
import {ruleOf} from '../../../src/rpc/methods/plugins.js'
import {Gate} from '../../../src/services/authority/gate.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {aProject, anAgent} from '../../support/builders.js'
import {asAgent, PERSON} from '../../support/callers.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

describe('Gate', () => {
  let world: World
  let gate: Gate
  /** Of each call without a token: why it is refused. */
  let needed: (need: string) => string | null

  function open(grants: readonly Grant[] = []): void {
    const {project, agent, role} = asAgent().agent!
    world = aWorld({
      projects: [
        aProject({agents: [anAgent({grants}), anAgent({role: 'tester'})]}),
        aProject({id: 'p_2', name: 'other'}),
        aProject({id: 'p_child', name: 'child', startedBy: {project, agent, role}}),
      ],
    })
    gate = new Gate({
      store: world.store,
      rollCall: new ProjectFinder(world.store),
      ruleOf: ruleOf([]),
      whyNot: async (_, need) => needed(need),
    })
  }
  const admit = (method: string, params: Record<string, unknown> = {}, caller = asAgent()) =>
    gate.admit({method, params, caller, process: null})

  beforeEach(() => {
    needed = () => null
    open()
  })

  it('lets a person call every method', async () => {
    for (const method of Object.keys(AUTHORITY)) expect(await admit(method, {project: 'p_2'}, PERSON)).to.deep.equal({project: 'p_2'})
  })

  it('asks a caller without a token for what its method needs', async () => {
    const asked: string[] = []
    needed = (need) => (asked.push(need), need === 'terminal' ? 'it was not made at a terminal' : null)
    for (const method of ['status.get', 'message.list', 'team.list']) await admit(method, {}, PERSON)
    expect(asked).to.deep.equal([])
    for (const method of ['project.stop', 'message.send', 'system.stop']) await admit(method, {}, PERSON)
    expect(asked).to.deep.equal(['no-agent', 'no-agent', 'no-agent'])
    const error = await refusal('ORCH_REFUSED', admit('approval.answer', {}, PERSON))
    expect(error.message).to.include('not made at a terminal')
    expect(error.remedy).to.include('outside of any agent')
    await admit('approval.answer')
  })

  for (const [method, grant] of [
    ['system.stop', 'daemon'],
    ['project.plan', 'start-projects'],
    ['project.begin', 'start-projects'],
    ['project.stop', 'stop-projects'],
    ['project.pause', 'pause-projects'],
    ['project.resume', 'resume-projects'],
    ['agent.add', 'add-agents'],
    ['agent.restart', 'restart-agents'],
    ['agent.stop', 'stop-agents'],
  ] as const) {
    it(`refuses ${method} to an agent without the grant ${grant}, and names it`, async () => {
      const error = await refusal('ORCH_REFUSED', admit(method, {role: 'tester'}))
      expect(error.exit).to.equal(77)
      expect(error.remedy).to.include(`grants: [${grant}]`)
      open([grant])
      await admit(method, {role: 'tester'})
      await refusal('ORCH_REFUSED', admit(method, {role: 'developer'}, asAgent('tester')))
    })
  }

  it('refuses to every agent what no template can grant', async () => {
    open(['start-projects', 'daemon', 'plugins'])
    for (const method of ['house.fix', 'agent.remove', 'port.override', 'a-method.of-some-plugin'])
      expect((await refusal('ORCH_REFUSED', admit(method))).message).to.include('only a person')
  })

  it('takes no method for an agent that is not in the table', () => {
    expect(ruleOf([])('not.there')).to.deep.equal({agents: 'none', others: 'no-agent'})
  })

  it('goes by the rule a plugin declares, never over the table', () => {
    const method = {params: {}, result: {}, handler: async () => ({}), authority: {agents: 'all', others: 'nothing'} as const}
    const rule = ruleOf([{plugin: 'x', value: {methods: {'x.look': method, 'project.stop': method}}}])
    expect(rule('x.look').agents).to.equal('all')
    expect(rule('project.stop').agents).to.equal('stop-projects')
  })

  it('shows an agent its own project, and no other', async () => {
    for (const method of ['status.get', 'project.events', 'message.list', 'agent.logs']) {
      expect(await admit(method)).to.deep.equal({project: 'p_1'})
      expect(await admit(method, {project: 'demo'})).to.deep.equal({project: 'p_1'})
      expect((await refusal('ORCH_REFUSED', admit(method, {project: 'other'}))).message).to.include('p_2')
    }
  })

  it('lets an agent look at the projects it started, and end them with the grant it started them by', async () => {
    open(['start-projects'])
    expect(await admit('status.get', {project: 'child'})).to.deep.equal({project: 'p_child'})
    for (const method of ['project.stop', 'project.pause', 'project.resume'])
      expect(await admit(method, {project: 'p_child'})).to.deep.equal({project: 'p_child'})
    await refusal('ORCH_REFUSED', admit('project.stop', {project: 'p_1'}))
    await refusal('ORCH_REFUSED', admit('agent.stop', {project: 'p_child', role: 'developer'}))
    await refusal('ORCH_REFUSED', admit('project.stop', {project: 'p_child'}, asAgent('tester')))
  })

  it('lets no agent trust a repository by the way', async () => {
    open(['start-projects'])
    for (const [method, params] of [
      ['project.plan', {trustProject: true}],
      ['project.begin', {requests: [{trustProject: false}, {trustProject: true}]}],
    ] as const) {
      expect((await refusal('ORCH_REFUSED', admit(method, params))).remedy).to.include('trust-projects')
      open(['start-projects', 'trust-projects'])
      expect(await admit(method, params)).to.deep.equal(params)
      open(['start-projects'])
    }
  })
})
