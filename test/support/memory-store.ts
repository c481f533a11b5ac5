import {OrchError, type Clock} from '@orch/plugin-kit'
import {isFinished} from '../../src/domain/project-states.js'
import type {DamagedRecord, Fallback, Store} from '../../src/domain/ports/store.js'
import type {Project} from '../../src/domain/model/project.js'

/** Projects in memory; the next writes can be made to fail, as a full disk would. */
export class MemoryStore implements Store {
  readonly #clock: Clock
  readonly #hot = new Map<string, Project>()
  readonly #finished = new Map<string, Project>()
  #full = false

  constructor(clock: Clock, projects: readonly Project[] = []) {
    this.#clock = clock
    for (const project of projects) this.#hot.set(project.id, project)
  }

  /** From here on nothing can be written, or again everything. */
  setFull(full: boolean): void {
    this.#full = full
  }

  projects(): readonly Project[] {
    return [...this.#hot.values()].sort(byAge)
  }

  project(id: string): Project | undefined {
    return this.#hot.get(id)
  }

  damaged(): readonly DamagedRecord[] {
    return []
  }

  fallbacks(): readonly Fallback[] {
    return []
  }

  async setAside(id: string): Promise<string> {
    throw new OrchError('ORCH_NOT_FOUND', {what: 'unreadable record', name: id})
  }

  async load(id: string): Promise<Project | undefined> {
    return this.#hot.get(id) ?? this.#finished.get(id)
  }

  async finished(limit: number): Promise<readonly Project[]> {
    return [...this.#finished.values()].sort((a, b) => byAge(b, a)).slice(0, limit)
  }

  async countFinished(): Promise<number> {
    return this.#finished.size
  }

  async create(project: Project): Promise<void> {
    this.#requireRoom(project.id)
    this.#hot.set(project.id, project)
  }

  async update(id: string, change: (project: Project) => Project): Promise<Project> {
    const before = this.#hot.get(id)
    if (!before) throw new OrchError('ORCH_NOT_FOUND', {what: 'unfinished project', name: id})
    const changed = change(before)
    if (changed === before) return before
    this.#requireRoom(id)
    const after = {...changed, revision: Math.max(before.revision, changed.revision) + 1, updatedAt: this.#clock.now()}
    this.#hot.set(id, after)
    return after
  }

  async retire(id: string): Promise<void> {
    const project = this.#hot.get(id)
    if (!project || !isFinished(project.state)) return
    this.#requireRoom(id)
    this.#finished.set(id, project)
    this.#hot.delete(id)
  }

  async reopen(id: string): Promise<void> {
    if (this.#hot.has(id)) return
    const project = this.#finished.get(id)
    if (!project) throw new OrchError('ORCH_NOT_FOUND', {what: 'project', name: id})
    this.#requireRoom(id)
    this.#hot.set(id, project)
    this.#finished.delete(id)
  }

  #requireRoom(id: string): void {
    if (this.#full) throw new OrchError('ORCH_STORE_WRITE', {path: `/state/${id}.json`, why: 'ENOSPC: no space left on device'})
  }
}

function byAge(a: Project, b: Project): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}
