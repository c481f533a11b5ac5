import {expect} from 'chai'
import {ownCheckIn} from '../../../src/domain/check-in.js'
import {incidentsOf} from '../../../src/domain/incident.js'
import {withAgent} from '../../../src/domain/project.js'
import {CheckIns} from '../../../src/services/check-ins/check-ins.js'
import {aClaim, aMessage, anAgent, aProject, EPOCH} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'
import type {CheckIn} from '../../../src/domain/model/check-in.js'

const MINUTE = 60_000

describe('CheckIns', () => {
  let world: World
  let checkIns: CheckIns
  let looks: number

  async function open(agents: readonly Agent[] = [anAgent({state: 'idle'})], changes: Partial<Project> = {}): Promise<void> {
    world = aWorld()
    looks = 0
    await world.store.create(aProject({agents, checkIns: agents.map(({id}, index) => ownCheckIn(`s_${index}`, id, 30)), ...changes}))
    checkIns = new CheckIns({...world, look: async () => void looks++, question: async (_, {role}) => `How is it, ${role}?`})
    await checkIns.tick(world.project())
  }

  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      await world.clock.advance(MINUTE)
      await checkIns.tick(world.project())
    }
  }

  const given = () => world.project().messages.filter(({kind}) => kind === 'checkin')
  const own = (): CheckIn => world.project().checkIns.find(({by}) => by === 'orch')!
  const change = (changes: Partial<Agent>) =>
    world.store.update('p_1', (project) => withAgent(project, {...project.agents[0]!, ...changes}))
  const receive = () =>
    world.store.update('p_1', (project) => ({
      ...project,
      messages: project.messages.map((message) => ({...message, state: 'acknowledged' as const})),
    }))
  const heard = () => change({evidence: {source: 'hook', what: 'Stop', at: world.clock.now()}})

  it('keeps one ahead of every active agent, also of one that came later', async () => {
    await open([anAgent(), anAgent({role: 'tester', state: 'planned'})])
    await world.store.update('p_1', (project) => ({...project, checkIns: []}))
    await checkIns.tick(world.project())
    expect(world.project().checkIns.map(({agent, by}) => [agent, by])).to.deep.equal([['a_developer', 'orch']])
    expect(own().nextAt).to.be.greaterThan(world.clock.now())
    const {revision} = world.project()
    await checkIns.tick(world.project())
    expect(world.project().revision).to.equal(revision)
  })

  it('asks whom nothing was heard of, and nobody else', async () => {
    await open()
    await pass(29)
    expect([given().length, looks]).to.deep.equal([0, 0])
    await pass(1)
    expect(given()).to.have.length(1)
    expect(given()[0]).to.include({text: 'How is it, developer?', to: 'a_developer', sender: 'orch'})
    expect(looks).to.equal(1)
  })

  it('spends nothing on an agent that hooks, its transcript or its messages tell of', async () => {
    await open()
    await pass(20)
    await heard()
    await pass(20)
    await change({transcript: {path: '/t', position: 100}})
    await pass(30)
    await world.store.update('p_1', (project) => ({
      ...project,
      messages: [aMessage({from: 'a_developer', to: 'a_tester', state: 'acknowledged', acceptedAt: world.clock.now()})],
    }))
    await pass(30)
    expect(given()).to.have.length(0)
  })

  it('spends nothing on a claim that holds, and on a coordinator while the team works', async () => {
    await open([anAgent({state: 'idle', claim: aClaim({verdict: 'holds'})})])
    await pass(120)
    expect(given()).to.have.length(0)
    await open([anAgent({role: 'orchestrator', owes: 'nothing', state: 'idle'}), anAgent()])
    for (let round = 0; round < 4; round++) {
      await world.store.update('p_1', (project) =>
        withAgent(project, {...project.agents[1]!, evidence: {source: 'hook', what: 'Stop', at: world.clock.now() + 1}}),
      )
      await pass(30)
    }
    expect(given().filter(({to}) => to === 'a_orchestrator')).to.have.length(0)
  })

  it('asks a coordinator when the team did nothing since the last look, whatever it did before', async () => {
    const coordinator = anAgent({role: 'orchestrator', owes: 'nothing', state: 'idle'})
    await open([coordinator, anAgent({state: 'idle'})])
    await pass(10)
    await world.store.update('p_1', (project) =>
      withAgent(project, {...project.agents[1]!, evidence: {source: 'hook', what: 'Stop', at: world.clock.now()}}),
    )
    await pass(20)
    expect(given().filter(({to}) => to === 'a_orchestrator')).to.have.length(0)
    await pass(30)
    expect(given().filter(({to}) => to === 'a_orchestrator')).to.have.length(1)
  })

  it('asks a person about an agent that did not react to three, and no longer once it shows life', async () => {
    await open()
    for (let minute = 0; minute < 300; minute++) {
      await pass(1)
      await receive()
    }
    expect(incidentsOf(world.project())[0]).to.include({cause: 'silent', openedAt: EPOCH + 240 * MINUTE})
    await pass(100)
    expect(incidentsOf(world.project())).to.have.length(1)
    await change({state: 'working'})
    await checkIns.tick(world.project())
    expect(incidentsOf(world.project())).to.deep.equal([])
  })

  it('backs off, does not take the answer turn for progress, and stops after three', async () => {
    await open()
    const times: number[] = []
    for (let minute = 0; minute < 1_500; minute++) {
      const before = given().length
      await pass(1)
      if (given().length > before) {
        times.push(minute + 1)
        await receive()
        await heard()
      }
    }
    expect(times).to.deep.equal([30, 90, 210])
    const [incident] = incidentsOf(world.project())
    expect(incident).to.include({cause: 'silent', agent: 'a_developer', step: 'seen'})
  })

  it('counts anew when the agent works again', async () => {
    await open()
    await pass(30)
    await receive()
    await change({state: 'working'})
    await pass(60)
    expect(own().misses).to.equal(0)
    expect(given()).to.have.length(1)
  })

  for (const state of ['limited', 'needs-input'] as const) {
    it(`holds while the agent is ${state}, and asks once afterwards`, async () => {
      await open([anAgent({state})])
      await pass(200)
      expect(given()).to.have.length(0)
      await change({state: 'idle'})
      await pass(2)
      expect(given()).to.have.length(1)
    })
  }

  it('holds while the project is set aside, and while the agent waits for an answer', async () => {
    await open(undefined, {state: 'paused'})
    await pass(100)
    expect(given()).to.have.length(0)
  })

  it('never gives two for one reason: the last must have been read', async () => {
    await open()
    await checkIns.add('p_1', {agent: 'a_developer', by: 'a_developer', note: 'look', everyMs: 5 * MINUTE, inMs: null})
    await pass(29)
    expect(given().map(({text}) => text)).to.deep.equal(['look'])
    await receive()
    await pass(6)
    expect(given().filter(({text}) => text === 'look')).to.have.length(2)
  })

  it('gives a note of its own at its time, once', async () => {
    await open([anAgent({state: 'working'})])
    const added = await checkIns.add('p_1', {
      id: 's_x',
      agent: 'a_developer',
      by: 'a_developer',
      note: 'look at the build',
      everyMs: null,
      inMs: 10 * MINUTE,
    })
    expect(
      await checkIns.add('p_1', {id: 's_x', agent: 'a_developer', by: 'a_developer', note: 'again', everyMs: null, inMs: MINUTE}),
    ).to.deep.equal(added)
    await pass(9)
    expect(given()).to.have.length(0)
    await pass(20)
    expect(given().map(({text}) => text)).to.deep.equal(['look at the build'])
    expect(world.project().checkIns.map(({id}) => id)).to.deep.equal(['s_0'])
  })

  it('refuses an interval that would be a loop, none, both, too many, and no note', async () => {
    await open()
    const add = (everyMs: number | null, inMs: number | null, note = 'x') =>
      checkIns.add('p_1', {agent: 'a_developer', by: 'a_developer', note, everyMs, inMs})
    await refusal('ORCH_USAGE', add(MINUTE, null))
    await refusal('ORCH_USAGE', add(null, null))
    await refusal('ORCH_USAGE', add(10 * MINUTE, MINUTE))
    await refusal('ORCH_USAGE', add(null, MINUTE, ' '))
    for (let index = 0; index < 10; index++) await add(null, MINUTE)
    await refusal('ORCH_USAGE', add(null, MINUTE))
  })

  it('takes one out, and leaves the others', async () => {
    await open()
    const added = await checkIns.add('p_1', {agent: 'a_developer', by: 'person', note: 'x', everyMs: null, inMs: MINUTE})
    await checkIns.remove('p_1', added)
    await pass(5)
    expect(given()).to.have.length(0)
    expect(world.project().checkIns).to.have.length(1)
  })
})
