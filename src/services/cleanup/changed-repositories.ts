import {settingBefore} from '../../domain/repository-changes.js'
import type {Store} from '../../domain/ports/store.js'
import {openChanges} from '../../domain/watched-repository.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'
import type {Project} from '../../domain/model/project.js'

/** Finished projects whose repositories are looked at too. */
const REMEMBERED = 50
const NOTHING = {config: {}, head: {}, refs: {}, files: {}, worktrees: {}, tree: {}}

/** Changes of people's repositories while teams worked. Settings are put back; anything else is a person's to judge, and is taken as it is. */
export class ChangedRepositories implements Cleaner {
  readonly #store: Store
  readonly #watch: Pick<RepositoryWatch, 'settle'>

  constructor(options: {store: Store; repositories: Pick<RepositoryWatch, 'settle'>}) {
    this.#store = options.store
    this.#watch = options.repositories
  }

  async find(): Promise<Orphan[]> {
    return (await this.#projects()).flatMap((project) =>
      openChanges(project).map(({id, what, by, undo}) => ({
        kind: 'repository' as const,
        id: `${project.id} ${id}`,
        project: project.id,
        what: `${project.repository.root}: ${what}`,
        proof: `${by}, during ${project.name} (${project.id})${undo ? `; to put it back by hand: ${undo}` : ''}`,
        fix: settingBefore(NOTHING, id) ? 'put the setting back' : 'take it as it is, so that it is not said again',
      })),
    )
  }

  async clear(leftover: Orphan): Promise<Settled> {
    const [projectId = '', ...id] = leftover.id.split(' ')
    const project = (await this.#projects()).find((known) => known.id === projectId)
    if (!project || !openChanges(project).some((change) => change.id === id.join(' '))) {
      return settled(leftover, false, 'it is gone')
    }
    return settled(leftover, true, await this.#watch.settle(project, id.join(' ')))
  }

  async #projects(): Promise<Project[]> {
    return [...this.#store.projects(), ...(await this.#store.finished(REMEMBERED))]
  }
}
