import {basename, join} from 'node:path'
import type {Workspace} from '@orch/plugin-kit'
import type {Files} from '../domain/files.js'
import {slugOf} from '../domain/slug.js'
import type {DocumentParser} from '../domain/text-block.js'
import {titleOf} from './outline/title.js'
import {readSpecification} from './specification.js'

interface NewRepositoryOptions {
  readonly workspace: Workspace
  readonly files: Files
  readonly parse: DocumentParser
}

/** Makes a repository for a specification: its first commit holds the specification, and nothing else. */
export class NewRepository {
  readonly #options: NewRepositoryOptions

  constructor(options: NewRepositoryOptions) {
    this.#options = options
  }

  /**
   * @param request.spec absolute
   * @param request.dir the folder to make it in, absolute; null: one in `parent`, named after the specification's title
   * @returns the repository, and the specification in it
   * @throws ORCH_SPEC_UNREADABLE, ORCH_REFUSED for a folder that holds anything
   */
  async make({spec, dir, parent}: {spec: string; dir: string | null; parent: string}): Promise<{repository: string; spec: string}> {
    const {workspace, files, parse} = this.#options
    const {text} = await readSpecification(files, spec)
    const title = titleOf(parse(text), basename(spec))
    const name = fileName(spec)
    const path = dir ?? join(parent, slugOf(title) || slugOf(name) || 'project')
    const repository = await workspace.createRepository({path, files: {[name]: text}, message: `Specification: ${title}\n`})
    return {repository, spec: join(repository, name)}
  }
}

/** A hidden name may mean something to git or to tools. */
function fileName(spec: string): string {
  const name = basename(spec)
  return name.startsWith('.') ? 'spec.md' : name
}
