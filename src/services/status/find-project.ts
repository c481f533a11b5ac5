import {OrchError} from '@orch/plugin-kit'
import type {Store} from '../../domain/ports/store.js'
import {findUnreadable, unreadable} from '../recovery/unreadable-projects.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

/** Finished projects that are found by name or by a part of their id; older ones by their whole id. */
const REMEMBERED = 200

/** Finds projects and agents by what a person types: an id or a name, a unique beginning of either, the path of repository or specification, a role. */
export class ProjectFinder {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** @throws ORCH_NOT_FOUND, ORCH_AMBIGUOUS; ORCH_STATE when the record of the project cannot be read */
  async project(name: string): Promise<Project> {
    const hot = this.#store.projects()
    const exact = hot.find(({id}) => id === name) ?? (await this.#store.load(name).catch(() => undefined))
    if (exact) return exact
    const damaged = findUnreadable(this.#store, name)
    const everyone = [...hot, ...(await this.#store.finished(REMEMBERED))]
    const exactly = everyone.filter(
      (project) => begins(project.id, name) || begins(project.id.slice(2), name) || project.name === name || isAt(project, name),
    )
    const matches = exactly.length > 0 ? exactly : everyone.filter((project) => begins(project.name, name))
    if (matches.length === 1) return matches[0]!
    // A name may have been used before; the one that is still at work is meant.
    const active = matches.filter((project) => hot.includes(project))
    if (active.length === 1) return active[0]!
    if (matches.length === 0 && damaged) throw unreadable(damaged)
    if (matches.length === 0)
      throw new OrchError('ORCH_NOT_FOUND', {
        what: 'project',
        name,
        known: everyone.map(describe),
        names: everyone.map((project) => project.name),
      })
    throw new OrchError('ORCH_AMBIGUOUS', {what: 'project', name, matches: matches.map(describe)})
  }

  /** The project meant when none is named: the only one that is unfinished. */
  async only(): Promise<Project> {
    const [project, ...others] = this.#store.projects()
    if (project && others.length === 0) return project
    const [damaged] = this.#store.damaged()
    if (!project && damaged) throw unreadable(damaged)
    if (project) throw new OrchError('ORCH_AMBIGUOUS', {what: 'project', name: '', matches: [project, ...others].map(describe)})
    const [last] = await this.#store.finished(1)
    if (last) return last
    throw new OrchError('ORCH_NOT_FOUND', {what: 'project', name: '', known: []})
  }

  /** The project that is named, or the only one. */
  named(name: string | undefined): Promise<Project> {
    return name === undefined ? this.only() : this.project(name)
  }

  /** An agent of a project, by role or id. `project_manager` is taken for `project-manager`. */
  agent(project: Project, name: string): Agent {
    const plain = name.replaceAll('_', '-').toLowerCase()
    const exact = project.agents.filter(({id, role}) => role === plain || id === name)
    const found = exact.length > 0 ? exact : project.agents.filter(({id}) => begins(id, name))
    if (found.length === 1) return found[0]!
    if (found.length > 1)
      throw new OrchError('ORCH_AMBIGUOUS', {what: 'agent', name, matches: found.map(({role, id}) => `${role} (${id})`)})
    throw new OrchError('ORCH_NOT_FOUND', {what: `agent in ${project.name}`, name, known: project.agents.map(({role}) => role)})
  }
}

/** @param path absolute; anything else is none */
function isAt({repository, spec}: Project, path: string): boolean {
  return path.startsWith('/') && [repository.root, spec.path].includes(path.length > 1 ? path.replace(/\/+$/, '') : path)
}

/** An empty word is the beginning of everything and means nothing: in a shell it is a variable that is not set. */
function begins(known: string, typed: string): boolean {
  return typed !== '' && known.startsWith(typed)
}

/** What tells a project from others of its name. */
function describe({id, name, state, createdAt, repository: {root}}: Project): string {
  // The Swedish format is ISO 8601 in local time.
  const time = new Date(createdAt).toLocaleString('sv-SE', {dateStyle: 'short', timeStyle: 'short'})
  return `${id} (${name}, ${state}, begun ${time}, in ${root})`
}
