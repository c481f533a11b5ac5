import {mkdir} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {WorktreeFacts} from '@orch/plugin-kit'
import {copyIgnored} from '../files/copy-ignored.js'
import {readGitLink} from '../files/git-link.js'
import {canonical, exists} from '../files/paths.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate, type Repository} from '../repository/locate.js'
import {ensureBranch} from '../repository/refs.js'
import {listEntries, lookUp} from './entries.js'
import {inspectWorktree} from './facts.js'
import {type Mark, readReason, toMark, toReason, writeMark} from './mark.js'
import {checkedOut, freeBranch, refuseInside, refuseOccupied} from './obstacles.js'
import {mendCommonDirs, sweep} from './leftovers.js'
import {takeUp} from './take-up.js'

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
  readonly #locating = new Map<string, Promise<Repository>>()

  /** @param queue orders work on one repository (key: its common folder) and on one worktree (key: its path) */
  constructor(git: Git, queue: KeyedQueue) {
    this.#git = git
    this.#queue = queue
  }

  /** See `Workspace.ensureWorktree`. */
  async ensure(request: WorktreeRequest): Promise<WorktreeFacts> {
    const repository = await this.#locate(request.repository)
    const path = await canonical(request.path)
    return this.#queue.run(path, async () => {
      const adminDir = await this.#queue.run(repository.commonDir, () => this.#claim(repository, path, request))
      const mark = toMark(await readReason(adminDir))
      if (mark?.kind === 'making') {
        await this.#populate(path, adminDir, request.runHooks)
        await copyIgnored(this.#git, {
          from: repository.bare ? null : repository.mainRoot,
          to: path,
          staging: adminDir,
          patterns: request.copy,
        })
      }
      if (mark?.kind === 'making' || (await readReason(adminDir)) === null)
        await writeMark(adminDir, {kind: 'ready', branch: request.branch})
      return inspectWorktree(this.#git, {path, base: request.base})
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

  /** Has an entry for the path, new or left by a run before. @returns its administrative folder */
  async #claim(repository: Repository, path: string, request: WorktreeRequest): Promise<string> {
    const mark = {kind: 'making', branch: request.branch} as const
    const taken = await this.#takeUp(repository, path, mark)
    if (taken !== null) return taken
    await sweep(repository.commonDir, mark)
    await refuseOccupied(path, repository)
    await ensureBranch(this.#git, repository.root, request.branch, request.base)
    const failed = await this.#add(repository, path, request, mark)
    if (failed === null) return (await readGitLink(path))!.gitDir
    // Another process may have made it between our look and our command.
    const meanwhile = await this.#takeUp(repository, path, mark)
    if (meanwhile === null) throw failed
    return meanwhile
  }

  async #takeUp(repository: Repository, path: string, mark: Mark & {branch: string}): Promise<string | null> {
    await mendCommonDirs(repository.commonDir)
    const entries = await listEntries(this.#git, repository)
    refuseInside(path, repository, entries)
    const head = `refs/heads/${mark.branch}`
    const concerned = await lookUp(repository, entries, (entry) => entry.path === path || entry.branch === head)
    await freeBranch(concerned, {branch: mark.branch, path})
    const entry = concerned.find((known) => known.path === path)
    return entry ? takeUp(this.#git, entry, {wanted: mark, head: `ref: ${head}`}) : null
  }

  /** @returns what git failed with, or null */
  async #add(repository: Repository, path: string, {branch, runHooks}: WorktreeRequest, mark: Mark): Promise<Error | null> {
    await mkdir(dirname(path), {recursive: true})
    // With hooks git itself has to check out: post-checkout is told of a new worktree only then (githooks(5)).
    const checkout = runHooks ? [] : ['--no-checkout']
    const args = ['worktree', 'add', '--quiet', '--lock', '--reason', toReason(mark), ...checkout, '--', path, branch]
    const result = await this.#git.run(repository.commonDir, args, {hooks: runHooks, timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode === 0) return null
    if (await stands(path)) {
      this.#git.logger.warn('a git hook failed while a worktree was made; the worktree stands', {path, stderr: result.stderr})
      return null
    }
    const [, holder] = /already (?:checked out|used by worktree) at '(.+)'/.exec(result.stderr) ?? []
    return holder === undefined ? gitFailed(repository.commonDir, args, result) : checkedOut(branch, holder)
  }

  /** Writes the files unless an index proves that they were written. */
  async #populate(path: string, adminDir: string, runHooks: boolean): Promise<void> {
    if (await exists(join(adminDir, 'index'))) return
    const args = runHooks ? ['checkout', '--quiet', '--force'] : ['reset', '--quiet', '--hard']
    const result = await this.#git.run(path, args, {hooks: runHooks, timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode !== 0 && !(runHooks && (await stands(path)))) throw gitFailed(path, args, result)
  }
}

/** Entry, link and index are there: git had come as far as the hooks. */
async function stands(path: string): Promise<boolean> {
  const link = await readGitLink(path)
  return link !== null && exists(join(link.gitDir, 'index'))
}
