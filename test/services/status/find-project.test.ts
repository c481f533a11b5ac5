import {expect} from 'chai'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {aProject, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld} from '../../support/world.js'

const TEAM = [anAgent({id: 'a_abc'}), anAgent({id: 'a_abd', role: 'project-manager'})]
const hot = [aProject({id: 'p_7fa1', name: 'shop', agents: TEAM}), aProject({id: 'p_7fb2', name: 'site', createdAt: 9})]
const done = aProject({id: 'p_9999', name: 'shop', state: 'completed'})

async function rollCall(projects = hot, finished = [done]): Promise<ProjectFinder> {
  const {store} = aWorld({projects: [...projects, ...finished]})
  for (const {id} of finished) await store.retire(id)
  return new ProjectFinder(store)
}

describe('ProjectFinder', () => {
  for (const [name, id] of [
    ['p_7fa1', 'p_7fa1'],
    ['p_7fa', 'p_7fa1'],
    ['7fb', 'p_7fb2'],
    ['site', 'p_7fb2'],
    ['si', 'p_7fb2'],
    // Of a beginning too, the one still at work.
    ['sho', 'p_7fa1'],
    ['p_9999', 'p_9999'],
    ['p_99', 'p_9999'],
    // Of two with one name, the one still at work.
    ['shop', 'p_7fa1'],
  ] as const) {
    it(`finds ${id} by ${name}`, async () => expect((await (await rollCall()).project(name)).id).to.equal(id))
  }

  it('finds a project by the path of its repository or specification, and by no part of one', async () => {
    const at = (id: string, root: string) =>
      aProject({id, repository: {root, mainRoot: root, commonDir: `${root}/.git`}, spec: {path: `${root}/spec.md`, digest: 'd'}})
    const call = await rollCall([at('p_1', '/code/shop'), at('p_2', '/code/site')], [])
    for (const path of ['/code/shop', '/code/shop/', '/code/shop/spec.md']) expect((await call.project(path)).id, path).to.equal('p_1')
    for (const path of ['/work', '/', 'shop', './shop']) await refusal('ORCH_NOT_FOUND', call.project(path))
  })

  it('asks which of several is meant', async () => {
    const error = await refusal('ORCH_AMBIGUOUS', (await rollCall()).project('p_7f'))
    expect(error.remedy).to.include('p_7fa1').and.include('p_7fb2')
  })

  it('tells projects of one name apart by time and folder, and says how many are left out', async () => {
    const many = Array.from({length: 25}, (_, index) =>
      aProject({id: `p_a${String(index).padStart(3, '0')}`, name: 'shop', state: 'completed', createdAt: Date.UTC(2026, 0, 2 + index)}),
    )
    const error = await refusal('ORCH_AMBIGUOUS', (await rollCall([], many)).project('shop'))
    expect(error.remedy)
      .to.match(/p_a\d+ \(shop, completed, begun 2026-01-\d\d \d\d:\d\d, in \/\S+\)/)
      .and.include('and 5 more')
    expect((await refusal('ORCH_NOT_FOUND', (await rollCall()).project('shpo'))).remedy).to.include('Did you mean shop?')
  })

  it('says which projects there are', async () => {
    expect((await refusal('ORCH_NOT_FOUND', (await rollCall()).project('none'))).remedy).to.include('p_7fa1 (shop, running')
  })

  it('takes the only project when none is named, the last finished one without any', async () => {
    expect((await (await rollCall([hot[0]!])).only()).id).to.equal('p_7fa1')
    expect((await (await rollCall([])).only()).id).to.equal('p_9999')
    await refusal('ORCH_AMBIGUOUS', (await rollCall()).only())
    await refusal('ORCH_NOT_FOUND', (await rollCall([], [])).only())
  })

  for (const [name, role] of [
    ['developer', 'developer'],
    ['project-manager', 'project-manager'],
    ['project_manager', 'project-manager'],
    ['Project-Manager', 'project-manager'],
    ['a_abd', 'project-manager'],
    ['a_abc', 'developer'],
  ] as const) {
    it(`finds the ${role} by ${name}`, async () => expect((await rollCall()).agent(hot[0]!, name).role).to.equal(role))
  }

  it('takes an empty word for nobody, also where there is only one', async () => {
    const call = await rollCall([hot[0]!], [])
    await refusal('ORCH_NOT_FOUND', call.project(''))
    await refusal('ORCH_NOT_FOUND', () => call.agent({...hot[0]!, agents: [TEAM[0]!]}, ''))
  })

  it('takes a whole id for itself, whatever else begins with it', async () => {
    const agents = [anAgent({id: 'a_abc'}), anAgent({id: 'a_abcd', role: 'tester'})]
    expect((await rollCall()).agent({...hot[0]!, agents}, 'a_abc').role).to.equal('developer')
  })

  it('says which roles there are, and asks which is meant', async () => {
    const call = await rollCall()
    expect((await refusal('ORCH_NOT_FOUND', () => call.agent(hot[0]!, 'tester'))).remedy).to.include('developer, project-manager')
    await refusal('ORCH_AMBIGUOUS', () => call.agent(hot[0]!, 'a_ab'))
  })
})
