import type {Logger, Workspace} from '@orch/plugin-kit'
import {unchanged} from '../../domain/change.js'
import {flagsOf} from '../../domain/flag.js'
import {testChanges, type TestChanges} from '../../domain/test-changes.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'

interface FlagsOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly logger: Logger
}

/** Records what a person should look at in a result: tests that did not run, were deleted or skipped, remarks on claims. */
export class Flags {
  readonly #options: FlagsOptions

  constructor(options: FlagsOptions) {
    this.#options = options
  }

  async record(project: Project): Promise<void> {
    const changes = await this.#changes(project)
    await this.#options.recorder.change(project.id, (before) => {
      const flags = flagsOf(before, changes)
      return flags.length === 0 && !before.flags ? unchanged(before) : {project: {...before, flags}, events: []}
    })
  }

  async #changes({id, verification, base, repository}: Project): Promise<TestChanges | null> {
    const {workspace, logger} = this.#options
    if (!verification) return null
    try {
      return testChanges(await workspace.diff({repository: repository.mainRoot, from: base, to: verification.candidate}))
    } catch (error) {
      logger.warn('the change cannot be read for skipped tests', {project: id, error})
      return null
    }
  }
}
