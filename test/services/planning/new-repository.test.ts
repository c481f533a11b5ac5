import {expect} from 'chai'
import {NewRepository} from '../../../src/services/planning/new-repository.js'
import {aWorld, type World} from '../../support/world.js'

describe('a new repository', () => {
  const made = async (world: World, planners: ConstructorParameters<typeof NewRepository>[0]['planners']) => {
    world.files.put('/specs/my thing.md', '# The Shop\n')
    const {workspace, files, store} = world
    return new NewRepository({workspace, files, store, planners}).make({spec: '/specs/my thing.md', dir: null, parent: '/projects'})
  }

  it('is named by the title that a planner reads', async () => {
    const silent = {}
    const reading = {title: (spec: string) => spec.replace('#', '').trim()}
    const {repository} = await made(aWorld(), new Map(Object.entries({silent, reading})))
    expect(repository).to.equal('/projects/the-shop')
  })

  it('is named by the file where no planner reads one', async () => {
    expect((await made(aWorld(), new Map())).repository).to.equal('/projects/my-thing')
  })
})
