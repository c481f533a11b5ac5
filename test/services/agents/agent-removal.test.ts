import {expect} from 'chai'
import {BY_PERSON} from '../../../src/domain/actor.js'
import {nextStep} from '../../../src/domain/next-step.js'
import {AgentRemoval} from '../../../src/services/agents/agent-removal.js'
import {aClaim, aPlan, aProject, aRole, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const PLAN = '/state/projects/p_1/plan.json'

describe('AgentRemoval', () => {
  let world: World
  let removal: AgentRemoval
  let stopped: string[]
  let lying: string[]

  function open(changes: Partial<Project> = {}, others: readonly Project[] = []): void {
    const agents = [anAgent(), anAgent({role: 'tester', owes: 'report', state: 'idle'})]
    world = aWorld({projects: [aProject({agents, ...changes}), ...others]})
    const plan = aPlan()
    const roles = [aRole({key: 'developer'}), aRole({key: 'tester'})]
    world.files.put(PLAN, JSON.stringify({...plan, team: {...plan.team, roles}}))
    stopped = []
    lying = []
    removal = new AgentRemoval({
      ...world,
      terminator: {stop: async (_, agent, why) => void stopped.push(`${agent}: ${why}`)},
      leftBehind: {describe: async () => lying},
    })
  }
  const member = (role: string) => world.project().agents.find((agent) => agent.role === role)!
  const remove = (role: string, leaveWork = false) => removal.remove(world.project(), member(role), {leaveWork, by: BY_PERSON})
  const commitOn = (role: string) => {
    world.workspace.refs.set(`refs/heads/${member(role).branch}`, `${world.project().base}+one+two`)
  }

  beforeEach(() => open())

  it('takes a role out of record, plan and duties before it is ended, so that no step waits for it', async () => {
    await remove('tester')
    expect(member('tester')).to.deep.include({owes: 'nothing', claim: null, left: {at: world.clock.now(), by: 'a person'}})
    expect(world.files.text(PLAN)).to.include('developer').and.not.include('tester')
    expect(stopped).to.deep.equal(['a_tester: a person removed it from the team'])
    expect(world.project().messages.map(({to, text}) => [to, /has left the team/.test(text)])).to.deep.equal([['a_developer', true]])
    const claimed = {...member('developer'), claim: aClaim({verdict: 'holds'})}
    expect(nextStep({...world.project(), agents: [claimed, member('tester')]}, world.clock.now())).to.deep.equal({do: 'verify'})
  })

  it('keeps a role with commits or files that no result holds, and names them', async () => {
    commitOn('tester')
    lying = ['2 files not committed (a.txt, b.txt)']
    const {message, remedy} = await refusal('ORCH_REFUSED', remove('tester'))
    expect(message).to.include('2 commits on').and.include('2 files not committed (a.txt, b.txt)')
    expect(remedy).to.include('orch agent remove p_1 tester --leave-work')
    expect(member('tester')).to.not.have.property('left')
    expect(stopped).to.deep.equal([])
  })

  it('lets it leave its work out of the result when that is said', async () => {
    commitOn('tester')
    await remove('tester', true)
    expect(member('tester')).to.have.property('left')
  })

  it('changes nothing when it is done again, and ends what a supervisor that died left running', async () => {
    await remove('tester')
    const before = world.project()
    await remove('tester')
    expect(world.project()).to.equal(before)
    stopped = []
    await removal.takeUp(world.project())
    expect(stopped).to.deep.equal(['a_tester: a person removed it from the team'])
    await world.recorder.change('p_1', (project) => ({
      project: {...project, agents: project.agents.map((agent) => ({...agent, state: 'stopped' as const}))},
      events: [],
    }))
    stopped = []
    await removal.takeUp(world.project())
    expect(stopped).to.deep.equal([])
  })

  it('refuses the last that owes commits, and the last of all', async () => {
    expect((await refusal('ORCH_REFUSED', remove('developer', true))).message).to.include('no other role of the team owes commits')
    await remove('tester')
    expect((await refusal('ORCH_REFUSED', remove('developer', true))).message).to.include('it is the last of the team')
  })

  it('refuses a role whose own project is not finished', async () => {
    const children = [{key: 'k', agent: 'a_tester', budgetUsd: null, project: 'p_2'}]
    open({children}, [aProject({id: 'p_2', key: 'k2'})])
    expect((await refusal('ORCH_CLASH', remove('tester'))).remedy).to.include('orch stop p_2')
    open({children})
    await remove('tester')
    expect(member('tester')).to.have.property('left')
  })
})
