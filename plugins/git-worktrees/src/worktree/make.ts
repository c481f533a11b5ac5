import {join} from 'node:path'
import {copyIgnored} from '../files/copy-ignored.js'
import {canonical, exists} from '../files/paths.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate} from '../repository/locate.js'
import {EntryMaker, type Entry} from './entry-maker.js'
import {readReason, toMark, writeMark} from './mark.js'
import {stands} from './stands.js'
import type {Repository} from '../repository/repository.js'

export interface WorktreeRequest {
  readonly repository: string
  readonly path: string
  readonly branch: string
  readonly base: string
  readonly copy: readonly string[]
  readonly runHooks: boolean
}

/**
 * Makes worktrees so that a crash at any step leaves something the next call takes up: the entry is marked `making` by the very command that
 * makes it, and `ready` only when files and copies are in place. Only the step on shared files is serialised; files are written side by side.
 */
export class WorktreeMaker {
  readonly #git: Git
  readonly #queue: KeyedQueue
  readonly #entries: EntryMaker
  readonly #locating = new Map<string, Promise<Repository>>()

  /** @param queue orders work on one repository (key: its common folder) and on one worktree (key: its path) */
  constructor(git: Git, queue: KeyedQueue) {
    this.#git = git
    this.#queue = queue
    this.#entries = new EntryMaker(git, queue)
  }

  /** See `Workspace.ensureWorktree`. */
  async ensure({branch, base, runHooks, ...request}: WorktreeRequest): Promise<{path: string}> {
    const repository = await this.#locate(request.repository)
    const path = await canonical(request.path)
    return this.#queue.run(path, async () => {
      const entry = await this.#entries.make({repository, path, branch, base, runHooks})
      const {adminDir} = entry
      const reason = await readReason(adminDir)
      // Empty when git was cut off while it wrote the mark.
      const isNew = reason === '' || toMark(reason)?.kind === 'making'
      if (isNew) {
        await this.#populate(path, entry, runHooks)
        const from = repository.bare ? null : repository.mainRoot
        await copyIgnored(this.#git, {from, to: path, staging: adminDir, patterns: request.copy})
      }
      if (isNew || reason === null) await writeMark(adminDir, {kind: 'ready', branch})
      return {path}
    })
  }

  /** A team asks for all its worktrees at once: for those the repository is found once. */
  #locate(path: string): Promise<Repository> {
    const known = this.#locating.get(path)
    if (known) return known
    const located = locate(this.#git, path).finally(() => this.#locating.delete(path))
    this.#locating.set(path, located)
    return located
  }

  /** Writes the files. An index that an earlier run left proves nothing: its git may have been cut off, or have lost files to another one. */
  async #populate(path: string, {adminDir, isFresh}: Entry, runHooks: boolean): Promise<void> {
    const hasIndex = await exists(join(adminDir, 'index'))
    if (hasIndex && isFresh) return
    const tellsHooks = runHooks && !hasIndex
    const args = tellsHooks ? ['checkout', '--quiet', '--force'] : ['reset', '--quiet', '--hard']
    const result = await this.#git.run(path, args, {hooks: tellsHooks, timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode !== 0 && !(tellsHooks && (await stands(path)))) throw gitFailed(path, args, result)
  }
}
