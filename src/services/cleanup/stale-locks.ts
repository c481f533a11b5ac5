import {join} from 'node:path'
import {isAlive} from '../../domain/agent-states.js'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import type {Store} from '../../domain/ports/store.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

/** Finished projects whose worktrees are looked at too. */
const REMEMBERED = 50

/**
 * Locks that a git left which was killed with its agent (`index.lock`, `HEAD.lock`, that of its branch): with them the agent could not commit any more.
 * A lock is stale when nothing of the agent runs and no process has its working folder in the worktree.
 */
export class StaleLocks implements Cleaner {
  readonly #store: Store
  readonly #host: Host
  readonly #files: Files

  constructor(options: {store: Store; host: Host; files: Files}) {
    this.#store = options.store
    this.#host = options.host
    this.#files = options.files
  }

  async find(): Promise<Orphan[]> {
    const projects = [...this.#store.projects(), ...(await this.#store.finished(REMEMBERED))]
    const found = await Promise.all(projects.flatMap((project) => project.agents.map((agent) => this.#of(project, agent))))
    return found.flat()
  }

  async clear(leftover: Orphan): Promise<Settled> {
    const still = (await this.find()).some(({id}) => id === leftover.id)
    if (!still) return settled(leftover, false, 'it is gone, or in use')
    await this.#files.remove(leftover.id)
    return settled(leftover, true, 'removed')
  }

  /** Before an agent is started: the locks its last run left. */
  async clearOf(project: Project, agent: Agent): Promise<string[]> {
    const stale = await this.#of(project, agent)
    for (const {id} of stale) await this.#files.remove(id)
    return stale.map(({id}) => id)
  }

  async #of(project: Project, agent: Agent): Promise<Orphan[]> {
    if (isAlive(agent.state) && agent.run?.process) return []
    const gitDir = await this.#gitDirOf(agent.worktree)
    if (gitDir === null) return []
    const locks = [
      join(gitDir, 'index.lock'),
      join(gitDir, 'HEAD.lock'),
      join(project.repository.commonDir, 'refs', 'heads', `${agent.branch}.lock`),
    ]
    const there = await Promise.all(locks.map((path) => this.#files.exists(path)))
    const held = locks.filter((_, index) => there[index])
    if (held.length === 0 || (await this.#host.workingIn(agent.worktree)).length > 0) return []
    const proof = `${agent.role} is ${agent.state}, and no process works in ${agent.worktree}`
    return held.map((path) => ({kind: 'lock', id: path, project: project.id, what: `git lock ${path}`, proof, fix: 'remove it'}))
  }

  /** A worktree's `.git` is a file that names its folder in the repository (gitrepository-layout(5)). */
  async #gitDirOf(worktree: string): Promise<string | null> {
    const link = await this.#files.readText(join(worktree, '.git')).catch(() => null)
    return /^gitdir: (.+)$/m.exec(link ?? '')?.[1] ?? null
  }
}
