import type {ProgramSetting, RepositoryFacts, Workspace} from '@orch/plugin-kit'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'

interface ProgramConsentOptions {
  readonly store: Store
  readonly workspace: Pick<Workspace, 'inspectRepository' | 'permitPrograms'>
}

/**
 * Says which programs of a repository's git configuration (filters, merge drivers, …) git may run for orch: without trust none, with trust those
 * that stood there when a person approved the run. What an agent writes there while its project runs is not among them.
 */
export class ProgramConsent {
  readonly #options: ProgramConsentOptions

  constructor(options: ProgramConsentOptions) {
    this.#options = options
  }

  /** Permits again what unfinished projects run with; called before anything is done with their repositories. */
  async restore(): Promise<void> {
    const {store, workspace} = this.#options
    for (const {repository, options} of store.projects().filter(isTrustedRun)) {
      workspace.permitPrograms(repository.commonDir, options.programs ?? (await this.#programsIn(repository.root)))
    }
  }

  /**
   * Permits the programs of a repository a person looks at, or takes the permission back.
   * @returns the repository as git sees it with them; its `programs` are those a run may use
   */
  async apply(repository: RepositoryFacts, trusted: boolean): Promise<RepositoryFacts> {
    const {store, workspace} = this.#options
    const running = store.projects().find((project) => isTrustedRun(project) && project.repository.commonDir === repository.commonDir)
    if (!trusted && !running) workspace.permitPrograms(repository.commonDir, null)
    if (!trusted) return repository
    const programs = running?.options.programs ?? repository.programs
    workspace.permitPrograms(repository.commonDir, programs)
    return {...(programs.length > 0 ? await workspace.inspectRepository(repository.root) : repository), programs}
  }

  async #programsIn(root: string): Promise<readonly ProgramSetting[]> {
    const found = await this.#options.workspace.inspectRepository(root).catch(() => null)
    return found?.programs ?? []
  }
}

function isTrustedRun({state, options}: Project): boolean {
  return options.trusted && !isFinished(state)
}
