import {expect} from 'chai'
import {ownCheckIn} from '../../../src/domain/check-in.js'
import type {Methods} from '../../../src/rpc/method.js'
import {checkInMethods} from '../../../src/rpc/methods/check-ins.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {CheckIns} from '../../../src/services/check-ins/check-ins.js'
import {aProject, anAgent} from '../../support/builders.js'
import {asAgent, callOf, PERSON} from '../../support/callers.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {CheckIn} from '../../../src/domain/model/check-in.js'

const IN_A_MINUTE = {id: 's_000001', note: 'look at the build', inMs: 60_000}

describe('check-ins over the socket', () => {
  let world: World
  let methods: Methods
  const ids = () => world.project().checkIns.map(({id}) => id)
  const add = (params: object, caller = asAgent()) => callOf<CheckIn>(methods, 'checkin.add', {...IN_A_MINUTE, ...params}, caller)
  const list = (caller = PERSON) => callOf<(CheckIn & {role: string})[]>(methods, 'checkin.list', {}, caller)
  const remove = (id: string, caller = asAgent()) => callOf(methods, 'checkin.remove', {id}, caller)

  beforeEach(() => {
    const checkIns = [ownCheckIn('s_own', 'a_developer', 30), ownCheckIn('s_other', 'a_tester', 30)]
    world = aWorld({projects: [aProject({agents: [anAgent(), anAgent({role: 'tester'})], checkIns})]})
    methods = checkInMethods({
      rollCall: new ProjectFinder(world.store),
      checkIns: new CheckIns({...world, look: async () => {}, question: async () => 'How is it?'}),
    })
  })

  it('are none when the project is over', async () => {
    await world.recorder.change('p_1', (before) => ({project: {...before, state: 'completed'}, events: []}))
    expect(await list()).to.deep.equal([])
  })

  it('an agent makes for itself, with or without its own role', async () => {
    expect(await add({})).to.include({agent: 'a_developer', by: 'a_developer', note: 'look at the build', everyMinutes: null})
    expect(await add({id: 's_000002', role: 'Developer'})).to.include({agent: 'a_developer'})
  })

  it('an agent makes for nobody else, and takes nobody else’s out', async () => {
    expect((await refusal('ORCH_REFUSED', add({role: 'tester'}))).remedy).to.include('orch send')
    await add({role: 'tester'}, PERSON)
    const error = await refusal('ORCH_NOT_FOUND', remove(IN_A_MINUTE.id))
    expect(error.message + error.remedy).not.to.include('s_other')
    expect(ids()).to.include(IN_A_MINUTE.id)
  })

  it('a person makes for anybody, but says for whom', async () => {
    expect(await add({role: 'tester', everyMs: 600_000, inMs: undefined}, PERSON)).to.include({
      agent: 'a_tester',
      by: 'person',
      everyMinutes: 10,
    })
    await refusal('ORCH_USAGE', add({id: 's_000002'}, PERSON))
    await refusal('ORCH_NOT_FOUND', add({id: 's_000002', role: 'designer'}, PERSON))
  })

  it('asked for twice with one id is made once', async () => {
    await add({})
    expect(await add({note: 'another word'})).to.include({note: 'look at the build'})
    expect(ids()).to.have.length(3)
  })

  for (const [what, bad] of [
    ['an id of its own fashion', {id: '../../etc'}],
    ['no time at all', {inMs: 0}],
    ['half a millisecond', {inMs: 1_000.5}],
    ['a time of years', {inMs: 365 * 86_400_000}],
    ['an unknown key', {agent: 'a_tester'}],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await refusal('ORCH_INVALID_PARAMS', add(bad))
      expect(ids()).to.have.length(2)
    })
  }

  it('shows a person everybody’s with the role, and an agent its own', async () => {
    expect((await list()).map(({role}) => role)).to.deep.equal(['developer', 'tester'])
    expect((await list(asAgent('tester'))).map(({id}) => id)).to.deep.equal(['s_other'])
    expect((await list())[0]).not.to.have.property('seen')
  })

  it('takes one out by its id or the beginning of it', async () => {
    await add({})
    expect(await remove('s_0000')).to.deep.equal({removed: IN_A_MINUTE.id})
    expect(ids()).to.deep.equal(['s_own', 's_other'])
  })

  it('takes none out when several are meant, but a whole id means itself', async () => {
    for (const id of ['s_000001', 's_0000011', 's_0000012']) await add({id})
    expect((await refusal('ORCH_AMBIGUOUS', remove('s_0'))).remedy)
      .to.include('s_0000011')
      .and.include('s_0000012')
    expect(await remove('s_000001')).to.deep.equal({removed: 's_000001'})
    expect(ids()).to.include.members(['s_0000011', 's_0000012'])
  })

  it('takes none out for an empty word', async () => {
    await add({})
    await refusal('ORCH_NOT_FOUND', remove(''))
    expect(ids()).to.have.length(3)
  })

  it('leaves the one of orch, and says why', async () => {
    const error = await refusal('ORCH_REFUSED', remove('s_own'))
    expect(error.message).to.include('every agent at work has one of orch')
    expect((await refusal('ORCH_NOT_FOUND', remove('s_none'))).remedy).not.to.include('s_own')
    expect(ids()).to.deep.equal(['s_own', 's_other'])
  })
})
