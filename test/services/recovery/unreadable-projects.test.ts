import {expect} from 'chai'
import {stripVTControlCharacters} from 'node:util'
import {UnreadableProjects} from '../../../src/services/recovery/unreadable-projects.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {statusOf} from '../../../src/services/status/status.js'
import {statusLines} from '../../../src/view/status-view.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

const PATH = '/state/projects/p_7fa.json'
const record = {id: 'p_7fa', why: 'it is damaged', since: 5, path: PATH}
const env = (role: string, more = {}) => ({ORCH_PROJECT: 'p_7fa', ORCH_RUN: `r_${role}`, ORCH_ROLE: role, ...more})

describe('a project whose record cannot be read', () => {
  let world: World
  let projects: UnreadableProjects
  let aside: string[]

  beforeEach(() => {
    world = aWorld()
    aside = []
    world.store.damaged = () => [record]
    world.store.setAside = async (id) => {
      aside.push(id)
      return '/state/unreadable'
    }
    projects = new UnreadableProjects({...world, projects: '/data/projects'})
    world.host.run(10, {env: env('developer', {CLAUDE_OAUTH_PORT: '3000'}), diesOf: 'SIGTERM'})
    world.host.run(11, {env: env('tester', {CLAUDE_OAUTH_PORT: '3000'}), diesOf: 'SIGTERM'})
    // Of another project; a command of the person's that knows the project; the supervisor itself.
    world.host.run(12, {env: {ORCH_PROJECT: 'p_other', ORCH_RUN: 'r_9'}})
    world.host.run(13, {env: {ORCH_PROJECT: 'p_7fa'}})
    world.host.run(process.pid, {env: env('developer')})
    for (const name of ['p_7fa.json', 'p_7fa.json.previous', 'p_7fa.json.damaged', 'p_9.json'])
      world.files.put(`/state/projects/${name}`, '')
    world.files.put('/data/projects/p_7fa/plan.json', '{"name": "Shop"}')
  })

  it('is found by its id and the beginning of it', () => {
    for (const name of ['p_7fa', 'p_7', '7f']) expect(projects.find(name), name).to.equal(record)
    for (const name of ['', 'p_8', 'shop']) expect(projects.find(name), name).to.equal(undefined)
  })

  it('is shown with its name, its files and the processes of its agents, and with what to do', async () => {
    const [known] = await projects.all()
    expect(known).to.deep.include({name: 'Shop', folder: '/data/projects/p_7fa'})
    expect(known!.copies).to.deep.equal([`${PATH}`, `${PATH}.damaged`, `${PATH}.previous`])
    expect(known!.agents).to.deep.equal([
      {role: 'developer', pid: 10},
      {role: 'tester', pid: 11},
    ])
    const status = statusOf([], {running: true, pid: 1, socket: '/s'}, 10, {unreadable: [known!]})
    const text = stripVTControlCharacters(statusLines(status, 10).join('\n'))
    expect(text).to.include('its record cannot be read').and.include('developer (pid 10), tester (pid 11)')
    expect(text).to.include('orch stop p_7fa').and.include(`to ${PATH}`).and.not.include('There is no project')
  })

  it('is shown though its plan cannot be read either', async () => {
    world.files.put('/data/projects/p_7fa/plan.json', '{torn')
    expect((await projects.all())[0]).to.include({name: null})
  })

  it('is ended: its agents are, its ports have an exit on record, and its record is moved out of the way', async () => {
    const ended = await projects.end(record, world)
    expect(ended).to.deep.equal({id: 'p_7fa', state: 'unreadable', ended: 2, keptIn: '/state/unreadable'})
    expect(world.host.signals.map(({pid}) => pid)).to.deep.equal([10, 11])
    expect((await world.ledger.history(3000)).exitedAt).to.be.a('number')
    expect(aside).to.deep.equal(['p_7fa'])
  })

  it('is never said not to exist: every command says why it cannot act, and what can be done', async () => {
    const rollCall = new ProjectFinder(world.store)
    for (const look of [rollCall.project('p_7fa'), rollCall.project('7f'), rollCall.only()]) {
      const error = await refusal('ORCH_STATE', look)
      expect(error.message).to.include('p_7fa').and.include('it is damaged')
      expect(error.remedy).to.include(PATH).and.include('orch stop p_7fa').and.include('orch daemon restart')
    }
    await refusal('ORCH_NOT_FOUND', rollCall.project('p_none'))
  })
})
