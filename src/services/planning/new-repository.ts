import {basename, extname, join} from 'node:path'
import type {Planner, Workspace} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {slugOf} from '../../domain/slug.js'
import type {Store} from '../../domain/ports/store.js'
import {readSpecification} from './specification.js'

export interface NewRepositoryRequest {
  /** Absolute. */
  readonly spec: string
  /** The folder to make it in, absolute; null: one in `parent`, named after the specification's title. */
  readonly dir: string | null
  readonly parent: string
}

interface NewRepositoryOptions {
  readonly workspace: Workspace
  readonly files: Files
  readonly planners: ReadonlyMap<string, Pick<Planner, 'title'>>
  readonly store: Pick<Store, 'projects' | 'finished'>
}

/** Finished projects that are looked through. */
const REMEMBERED = 200

/** Makes a repository for a specification: its first commit holds the specification, and nothing else. */
export class NewRepository {
  readonly #options: NewRepositoryOptions

  constructor(options: NewRepositoryOptions) {
    this.#options = options
  }

  /**
   * Made again for the same text it is the same repository, so that a run that was refused can be tried again.
   * @returns the repository, and the specification in it
   * @throws ORCH_SPEC_UNREADABLE, ORCH_REFUSED for a folder that holds anything
   */
  async make({spec, dir, parent}: NewRepositoryRequest): Promise<{repository: string; spec: string}> {
    const {workspace, files} = this.#options
    const {text} = await readSpecification(files, spec)
    const name = fileName(spec)
    const title = this.#titleOf(text, spec)
    const path = dir ?? join(parent, slugOf(title) || slugOf(name) || 'project')
    if (await this.#isMadeAlready(path, name, text)) return {repository: path, spec: join(path, name)}
    const repository = await workspace.createRepository({path, files: {[name]: text}, message: `Specification: ${title}\n`})
    return {repository, spec: join(repository, name)}
  }

  /** As the first planner says that can read one; else the name of the file. */
  #titleOf(text: string, spec: string): string {
    const planner = [...this.#options.planners.values()].find(({title}) => title)
    return planner?.title?.(text, spec) ?? basename(spec, extname(spec))
  }

  /** Made before, for this text, and no project has worked in it. */
  async #isMadeAlready(path: string, name: string, text: string): Promise<boolean> {
    const {workspace, files, store} = this.#options
    if ((await files.readText(join(path, name)).catch(() => null)) !== text) return false
    const found = await workspace.inspectRepository(path).catch(() => null)
    if (found?.root !== path) return false
    return ![...store.projects(), ...(await store.finished(REMEMBERED))].some(({repository}) => repository.root === path)
  }
}

/** A hidden name may mean something to git or to tools. */
function fileName(spec: string): string {
  const name = basename(spec)
  return name.startsWith('.') ? 'spec.md' : name
}
