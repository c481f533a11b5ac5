import {expect} from 'chai'
import type {Methods} from '../../../src/rpc/method.js'
import {claimMethods} from '../../../src/rpc/methods/claims.js'
import {Claims} from '../../../src/services/claims/claims.js'
import {WorkLeftBehind} from '../../../src/services/verification/work-left-behind.js'
import {withAgent} from '../../../src/domain/project.js'
import {ProjectControl} from '../../../src/services/control/project-control.js'
import {StatusReports} from '../../../src/services/requests/status-reports.js'
import {aProject, anAgent} from '../../support/builders.js'
import {asAgent, callOf, PERSON} from '../../support/callers.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

describe('what an agent says of its own work', () => {
  let world: World
  let methods: Methods

  beforeEach(() => {
    world = aWorld({projects: [aProject({agents: [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'tester'})]})]})
    const control = new ProjectControl(world as unknown as ConstructorParameters<typeof ProjectControl>[0])
    methods = claimMethods({
      claims: new Claims({...world, leftBehind: new WorkLeftBehind(world)}),
      control,
      reports: new StatusReports(world),
    })
  })

  it('is said by agents only', async () => {
    for (const [name, params] of [
      ['claim.done', {message: 'done', evidence: []}],
      ['claim.fail', {reason: 'no'}],
      ['report.status', {topic: 'a', status: 'b'}],
    ] as const)
      await refusal('ORCH_USAGE', callOf(methods, name, params, PERSON))
    expect(world.log.events).to.deep.equal([])
  })

  it('is of the agent that calls, whatever the claim says', async () => {
    const said = await callOf(methods, 'claim.done', {message: 'the tester is done', evidence: ['npm test']}, asAgent('tester'))
    expect(said).to.deep.equal({recorded: true, waitsFor: null})
    expect(world.agent('tester').claim).to.deep.include({message: 'the tester is done', evidence: ['npm test'], verdict: 'pending'})
    expect(world.agent().claim).to.equal(null)
    await refusal(
      'ORCH_INVALID_PARAMS',
      callOf(methods, 'claim.done', {message: 'x', evidence: [], agent: 'a_developer'}, asAgent('tester')),
    )
  })

  it('says what a claim waits for while something runs beside the agent’s turns', async () => {
    await world.recorder.change('p_1', (project) => ({
      project: withAgent(project, {...world.agent('tester'), beside: [{id: 'a1', what: 'subagent: Explore'}]}),
      events: [],
    }))
    const said = await callOf(methods, 'claim.done', {message: 'done', evidence: []}, asAgent('tester'))
    expect(said).to.deep.equal({recorded: true, waitsFor: 'what runs beside its turns (subagent: Explore)'})
  })

  it('made again with its key is one claim', async () => {
    const claim = {message: 'done', evidence: [], key: 'c_1'}
    await callOf(methods, 'claim.done', claim, asAgent())
    await callOf(methods, 'claim.done', {...claim, message: 'done, once more'}, asAgent())
    expect(world.agent().claim!.message).to.equal('done')
    await callOf(methods, 'claim.done', {...claim, key: 'c_2', message: 'now really'}, asAgent())
    expect(world.agent().claim!.message).to.equal('now really')
    expect(world.log.events.filter(({type}) => type === 'claim')).to.have.length(2)
  })

  it('as a failure sets the project aside for a person', async () => {
    await callOf(methods, 'claim.fail', {reason: 'the API is gone'}, asAgent())
    expect(world.project()).to.include({state: 'blocked', reason: 'developer says: the API is gone', resumeTo: 'running'})
  })

  it('as a report is kept, and passed to the orchestrator as what can wait', async () => {
    expect(await callOf(methods, 'report.status', {topic: 'parser', status: 'half done'}, asAgent())).to.include({
      agent: 'a_developer',
      topic: 'parser',
      status: 'half done',
    })
    expect(world.project().messages.map(({to, kind, priority}) => ({to, kind, priority}))).to.deep.equal([
      {to: 'a_orchestrator', kind: 'report', priority: 'low'},
    ])
  })
})
