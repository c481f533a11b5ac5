import type {Workspace} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import {repositoryOf} from './repository-of.js'
import type {RunRequest} from './run-request.js'
import {readSpecification} from './specification.js'
import type {Project} from '../../domain/model/project.js'

export interface UnfinishedRun {
  readonly project: Project
  /** The specification has been edited since the project took its copy. */
  readonly changed: boolean
}

/** Finds the projects that work on a specification already. */
export class UnfinishedRuns {
  readonly #options: {readonly store: Store; readonly workspace: Workspace; readonly files: Files}

  constructor(options: {readonly store: Store; readonly workspace: Workspace; readonly files: Files}) {
    this.#options = options
  }

  /**
   * @param spec absolute
   * @param place where the repository is, as in a request
   * @returns oldest first
   * @throws ORCH_SPEC_UNREADABLE, ORCH_NOT_A_REPOSITORY
   */
  async of(spec: string, place: Pick<RunRequest, 'project' | 'cwd'>): Promise<UnfinishedRun[]> {
    const {store, workspace, files} = this.#options
    const {path, digest} = await readSpecification(files, spec)
    const {commonDir} = await repositoryOf(workspace, place, path)
    return store
      .projects()
      .filter((project) => !isFinished(project.state) && project.spec.path === path && project.repository.commonDir === commonDir)
      .map((project) => ({project, changed: project.spec.digest !== digest}))
  }
}
