import {readdir, rename} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {OrchError, hasCode, messageOf, type Clock, type Logger, type SchemaValidator} from '@orch/plugin-kit'
import type {DamagedRecord, Fallback, Store} from '../domain/ports/store.js'
import type {FileCalls} from './durable-file.js'
import {GroupCommit} from './group-commit.js'
import {migrated} from './migrations.js'
import {JsonDocument, NEWER_REMEDY, type Shapes} from './json-document.js'
import {PROJECT_SCHEMA} from './project-schema.js'
import {changedAt, PROJECT_ID, recordIds} from './record-files.js'
import {STORE_SCHEMA, type Project} from '../domain/model/project.js'

const SHAPES: Shapes = {newest: STORE_SCHEMA, upgrade: migrated}

interface ProjectStoreOptions {
  /** Holds `projects/` (hot), `finished/`, and `unreadable/` for records that were set aside. */
  readonly folder: string
  readonly clock: Clock
  readonly schemas: SchemaValidator
  readonly logger: Logger
  readonly calls?: FileCalls
}

type Folder = 'projects' | 'finished'

interface Hot {
  readonly state: GroupCommit<Project>
  readonly document: JsonDocument<Project>
}

/** One lowdb document a project; finished ones leave memory, so that the cost of a change does not grow with history. */
export class ProjectStore implements Store {
  readonly #options: ProjectStoreOptions
  readonly #hot = new Map<string, Hot>()
  readonly #fallbacks: Fallback[] = []
  /** A reader leaves damaged files as they are. */
  readonly #mends: boolean
  #damaged: readonly DamagedRecord[] = []
  readonly #reopening = new Map<string, Promise<void>>()

  private constructor(options: ProjectStoreOptions, mends: boolean) {
    this.#options = options
    this.#mends = mends
  }

  /** Reads every unfinished project. A project whose file cannot be read is left out and said so in the log; its file is kept. */
  static async open(options: ProjectStoreOptions): Promise<ProjectStore> {
    const store = new ProjectStore(options, true)
    await makeFolder(store.#folder('projects'))
    await makeFolder(store.#folder('finished'))
    await Promise.all((await recordIds(store.#folder('projects'))).map((id) => store.#load(id)))
    return store
  }

  /** A store that only looks, for while no supervisor runs; `look` reads what there is. */
  static reader(options: ProjectStoreOptions): ProjectStore {
    return new ProjectStore(options, false)
  }

  /** Reads every unfinished project and changes nothing on disk. */
  async look(): Promise<void> {
    for (const id of await recordIds(this.#folder('projects')).catch(() => [])) {
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

  fallbacks(): readonly Fallback[] {
    return this.#fallbacks
  }

  async setAside(id: string): Promise<string> {
    const [from, to] = [this.#folder('projects'), this.#folder('unreadable')]
    await makeFolder(to)
    for (const name of await readdir(from)) if (name.startsWith(`${id}.json`)) await rename(join(from, name), join(to, name))
    this.#damaged = this.#damaged.filter((record) => record.id !== id)
    return to
  }

  async load(id: string): Promise<Project | undefined> {
    if (!PROJECT_ID.test(id)) return undefined
    return this.project(id) ?? (await this.#read('finished', id)) ?? undefined
  }

  async finished(limit: number): Promise<readonly Project[]> {
    const known = await Promise.all(
      (await this.#finishedIds()).map(async (id) => ({id, at: await changedAt(this.#pathOf('finished', id))})),
    )
    // Files of one tick of the kernel's clock have the same time; the records know which was first.
    const oldest = known.map(({at}) => at).sort((a, b) => b - a)[Math.min(limit, known.length) - 1] ?? 0
    const last = known.filter(({at}) => at >= oldest)
    const projects = (await Promise.all(last.map(({id}) => this.#readFinished(id)))).filter((project) => project !== null)
    return projects.sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0)).slice(0, limit)
  }

  async countFinished(): Promise<number> {
    return (await this.#finishedIds()).length
  }

  async create(project: Project): Promise<void> {
    const hot = heat(project, this.#document('projects', project.id))
    await hot.document.write(project)
    this.#hot.set(project.id, hot)
  }

  async update(id: string, change: (project: Project) => Project): Promise<Project> {
    const hot = this.#hot.get(id)
    if (!hot) throw new OrchError('ORCH_NOT_FOUND', {what: 'unfinished project', name: id})
    return hot.state.update((project) => {
      const changed = change(project)
      return changed === project
        ? project
        : {...changed, revision: Math.max(project.revision, changed.revision) + 1, updatedAt: this.#options.clock.now()}
    })
  }

  async retire(id: string): Promise<void> {
    const hot = this.#hot.get(id)
    if (!hot) return
    await this.#document('finished', id).write(hot.state.value)
    await hot.document.remove()
    this.#hot.delete(id)
  }

  reopen(id: string): Promise<void> {
    const underWay = this.#reopening.get(id) ?? this.#reopen(id).finally(() => this.#reopening.delete(id))
    this.#reopening.set(id, underWay)
    return underWay
  }

  /** The copy among the finished goes last: a crash before that leaves two records, of which the hot one counts. */
  async #reopen(id: string): Promise<void> {
    if (this.#hot.has(id)) return
    const project = PROJECT_ID.test(id) ? await this.#read('finished', id) : null
    if (!project) throw new OrchError('ORCH_NOT_FOUND', {what: 'project', name: id})
    await this.create(project)
    await this.#document('finished', id).remove()
  }

  /** A project that was taken up again may have left its record behind. */
  async #finishedIds(): Promise<string[]> {
    return (await recordIds(this.#folder('finished')).catch(() => [])).filter((id) => !this.#hot.has(id))
  }

  async #load(id: string): Promise<void> {
    const document = this.#document('projects', id)
    try {
      if (await this.#isHalfRetired(id)) return
      const {value: project, fallback, isEarlier} = await document.load({mends: this.#mends})
      if (!project) return
      this.#hot.set(id, heat(project, document))
      if (isEarlier && this.#mends) await this.#rewrite(project, document)
      if (fallback !== null) this.#fallbacks.push({id, why: fallback, revision: project.revision, updatedAt: project.updatedAt})
    } catch (error) {
      this.#options.logger.error('a project cannot be read', {id, error})
      const path = this.#pathOf('projects', id)
      this.#damaged = [...this.#damaged, {id, ...reasonOf(error), since: this.#options.clock.now(), path}]
    }
  }

  /** In the shape of this orch, for readers of the file; a disk that takes nothing now gets it with the next change. */
  async #rewrite(project: Project, document: JsonDocument<Project>): Promise<void> {
    const {logger} = this.#options
    try {
      await document.write(project)
      logger.info('a record was brought into the shape of this orch', {id: project.id, schema: STORE_SCHEMA})
    } catch (error) {
      logger.warn('a record cannot be brought into the shape of this orch yet', {id: project.id, error})
    }
  }

  /** It is among the finished ones already, and only the generation before was left here. */
  async #isHalfRetired(id: string): Promise<boolean> {
    if ((await changedAt(this.#pathOf('projects', id))) > 0 || (await changedAt(this.#pathOf('finished', id))) === 0) return false
    if (this.#mends) await this.#document('projects', id).remove()
    return true
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

  async #read(folder: Folder, id: string): Promise<Project | null> {
    return (await this.#document(folder, id).load({mends: this.#mends})).value
  }

  #document(folder: Folder, id: string): JsonDocument<Project> {
    const {schemas, logger, calls} = this.#options
    return new JsonDocument({
      ...{path: this.#pathOf(folder, id), schema: PROJECT_SCHEMA, shapes: SHAPES, schemas, logger},
      ...(calls ? {calls} : {}),
    })
  }

  #pathOf(folder: Folder, id: string): string {
    return join(this.#folder(folder), `${id}.json`)
  }

  #folder(name: Folder | 'unreadable'): string {
    return join(this.#options.folder, name)
  }
}

/** Why a record cannot be read, and, where it is known, what a person does about it. */
function reasonOf(error: unknown): Pick<DamagedRecord, 'why' | 'remedy'> {
  const isNewer = hasCode(error, 'ORCH_STATE') && error.details.remedy === NEWER_REMEDY
  return isNewer ? {why: error.details.why, remedy: NEWER_REMEDY} : {why: messageOf(error)}
}

function byAge(a: Project, b: Project): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}

function heat(project: Project, document: JsonDocument<Project>): Hot {
  const database = JsonDocument.database(document, project)
  const write = async (value: Project): Promise<void> => {
    database.data = value
    await database.write()
  }
  return {document, state: new GroupCommit(project, write)}
}
