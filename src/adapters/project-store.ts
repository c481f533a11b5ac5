import {mkdir, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {OrchError, messageOf, type Clock, type Logger, type SchemaValidator} from '@orch/plugin-kit'
import type {Project} from '../domain/project.js'
import type {DamagedRecord, Store} from '../domain/store.js'
import {Committed} from './committed.js'
import {upgraded} from './earlier-records.js'
import {JsonDocument} from './json-document.js'
import {PROJECT_SCHEMA} from './project-schema.js'

/** Ids become file names; nothing else a caller may type does. */
const PROJECT_ID = /^p_[0-9a-z]+$/

interface ProjectStoreOptions {
  /** Holds `projects/` (hot) and `finished/`. */
  readonly folder: string
  readonly clock: Clock
  readonly schemas: SchemaValidator
  readonly logger: Logger
}

interface Hot {
  readonly state: Committed<Project>
  readonly document: JsonDocument<Project>
}

/** One lowdb document a project; finished ones leave memory, so that the cost of a change does not grow with history. */
export class ProjectStore implements Store {
  readonly #options: ProjectStoreOptions
  readonly #hot = new Map<string, Hot>()
  readonly #damaged: DamagedRecord[] = []

  private constructor(options: ProjectStoreOptions) {
    this.#options = options
  }

  /** Reads every unfinished project. A project whose file cannot be read is left out and said so in the log; its file is kept. */
  static async open(options: ProjectStoreOptions): Promise<ProjectStore> {
    const store = new ProjectStore(options)
    await mkdir(store.#folder('projects'), {recursive: true, mode: 0o700})
    await mkdir(store.#folder('finished'), {recursive: true, mode: 0o700})
    await Promise.all((await ids(store.#folder('projects'))).map((id) => store.#load(id)))
    return store
  }

  /** A store that only looks, for while no supervisor runs; `look` reads what there is. */
  static reader(options: ProjectStoreOptions): ProjectStore {
    return new ProjectStore(options)
  }

  /** Reads every unfinished project and changes nothing on disk. */
  async look(): Promise<void> {
    for (const id of await ids(this.#folder('projects')).catch(() => [])) {
      await this.#load(id)
    }
  }

  projects(): readonly Project[] {
    return [...this.#hot.values()].map(({state}) => state.value).sort(byAge)
  }

  project(id: string): Project | undefined {
    return this.#hot.get(id)?.state.value
  }

  damaged(): readonly DamagedRecord[] {
    return this.#damaged
  }

  async load(id: string): Promise<Project | undefined> {
    if (!PROJECT_ID.test(id)) return undefined
    return this.project(id) ?? (await this.#read('finished', id)) ?? undefined
  }

  async finished(limit: number): Promise<readonly Project[]> {
    const folder = this.#folder('finished')
    const known = await Promise.all(
      (await ids(folder).catch(() => [])).map(async (id) => ({id, at: (await stat(join(folder, `${id}.json`))).mtimeMs})),
    )
    // Files of one tick of the kernel's clock have the same time; the records know which was first.
    const oldest = known.map(({at}) => at).sort((a, b) => b - a)[Math.min(limit, known.length) - 1] ?? 0
    const last = known.filter(({at}) => at >= oldest)
    const projects = (await Promise.all(last.map(({id}) => this.#readFinished(id)))).filter((project) => project !== null)
    return projects.sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0)).slice(0, limit)
  }

  async create(project: Project): Promise<void> {
    const hot = this.#heat(project)
    await hot.document.write(project)
    this.#hot.set(project.id, hot)
  }

  async update(id: string, change: (project: Project) => Project): Promise<Project> {
    const hot = this.#hot.get(id)
    if (!hot) throw new OrchError('ORCH_NOT_FOUND', {what: 'unfinished project', name: id})
    return hot.state.update((project) => {
      const changed = change(project)
      return changed === project ? project : {...changed, revision: project.revision + 1, updatedAt: this.#options.clock.now()}
    })
  }

  async retire(id: string): Promise<void> {
    const hot = this.#hot.get(id)
    if (!hot) return
    await this.#document('finished', id).write(hot.state.value)
    await hot.document.remove()
    this.#hot.delete(id)
  }

  async #load(id: string): Promise<void> {
    try {
      const project = await this.#read('projects', id)
      if (!project) return
      this.#hot.set(id, this.#heat(project))
    } catch (error) {
      this.#options.logger.error('a project cannot be read', {id, error})
      this.#damaged.push({id, why: messageOf(error), since: this.#options.clock.now()})
    }
  }

  /** One damaged record must not hide the others. */
  async #readFinished(id: string): Promise<Project | null> {
    try {
      return await this.#read('finished', id)
    } catch (error) {
      this.#options.logger.error('a finished project cannot be read', {id, error})
      return null
    }
  }

  #heat(project: Project): Hot {
    const document = this.#document('projects', project.id)
    const database = JsonDocument.database(document, project)
    const write = async (value: Project): Promise<void> => {
      database.data = value
      await database.write()
    }
    return {document, state: new Committed(project, write)}
  }

  async #read(folder: 'projects' | 'finished', id: string): Promise<Project | null> {
    const project = await this.#document(folder, id).read()
    return project && upgraded(project)
  }

  #document(folder: 'projects' | 'finished', id: string): JsonDocument<Project> {
    const {schemas, logger} = this.#options
    return new JsonDocument({path: join(this.#folder(folder), `${id}.json`), schema: PROJECT_SCHEMA, schemas, logger})
  }

  #folder(name: string): string {
    return join(this.#options.folder, name)
  }
}

function byAge(a: Project, b: Project): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}

async function ids(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter((id) => PROJECT_ID.test(id))
}
