import {dirname} from 'node:path'
import {makeFolder} from '@orch/plugin-kit/files'
import {readGitLink} from '../files/git-link.js'
import {type Git, gitFailed, WORK_TIMEOUT_MS} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import type {WorktreeEntry} from '../parse/worktree-list.js'
import {ensureBranch, makeBranches} from '../repository/refs.js'
import {listEntries, lookUp} from './entries.js'
import {mendCommonDirs, sweep} from './leftovers.js'
import {type Mark, toReason} from './mark.js'
import {checkedOut, freeBranch, refuseInside, refuseOccupied} from './obstacles.js'
import {stands} from './stands.js'
import {takeUp} from './take-up.js'
import type {Repository} from '../repository/repository.js'

export interface EntryRequest {
  readonly repository: Repository
  /** Canonical. */
  readonly path: string
  readonly branch: string
  /** Where the branch starts when it has to be made. */
  readonly base: string
  readonly runHooks: boolean
}

/** An entry, and whether git made it just now: then nobody has worked in it before. */
export interface Entry {
  readonly adminDir: string
  readonly isFresh: boolean
}

interface Asked {
  readonly request: EntryRequest
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: unknown) => void
}

/**
 * Has git's entries of worktrees: new, or left by a run before. What is asked for one repository while its turn has not come is done by one look
 * at it, so a team costs one listing and one command for its branches, not one of each for every agent.
 */
export class EntryMaker {
  readonly #git: Git
  readonly #queue: KeyedQueue
  /** By common folder: what the next turn is to do. */
  readonly #asked = new Map<string, Asked[]>()

  /** @param queue orders work on one repository (key: its common folder) */
  constructor(git: Git, queue: KeyedQueue) {
    this.#git = git
    this.#queue = queue
  }

  /** @throws ORCH_REFUSED, ORCH_CLASH, ORCH_NOT_FOUND, ORCH_GIT */
  make(request: EntryRequest): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const {commonDir} = request.repository
      const asked = {request, resolve, reject}
      const before = this.#asked.get(commonDir)
      if (before) return void before.push(asked)
      const turn = [asked]
      this.#asked.set(commonDir, turn)
      void this.#queue.run(commonDir, async () => {
        this.#asked.delete(commonDir)
        await this.#makeAll(turn).catch((error: unknown) => turn.forEach((each) => each.reject(error)))
      })
    })
  }

  /** @throws what concerns all of them; what concerns one goes to who asked for it */
  async #makeAll(turn: readonly Asked[]): Promise<void> {
    const {repository} = turn[0]!.request
    await mendCommonDirs(repository.commonDir)
    const entries = await listEntries(this.#git, repository)
    const missing = await eachOf(turn, ({request}) => this.#takeUp(request, entries))
    await sweep(
      repository.commonDir,
      missing.map(({request}) => markOf(request)),
    )
    const placed: EntryRequest[] = []
    const free = await eachOf(missing, async ({request}) => {
      // Those made in this turn are not in git's list yet.
      refuseInside(request.path, request.repository, placed)
      await refuseOccupied(request.path, request.repository)
      placed.push(request)
      return null
    })
    const branches = placed.map(({branch, base}) => ({branch, at: base}))
    const hasBranches = await makeBranches(this.#git, repository.root, branches)
    await eachOf(free, ({request}) => this.#makeOne(request, hasBranches))
  }

  async #makeOne(request: EntryRequest, hasBranch: boolean): Promise<Entry> {
    const {repository, path, branch, base} = request
    if (!hasBranch) await ensureBranch(this.#git, repository.root, branch, base)
    const failed = await this.#add(request)
    if (failed === null) return {adminDir: (await readGitLink(path))!.gitDir, isFresh: true}
    // Another process may have made it between our look and our command.
    await mendCommonDirs(repository.commonDir)
    const meanwhile = await this.#takeUp(request, await listEntries(this.#git, repository))
    if (meanwhile === null) throw failed
    return meanwhile
  }

  async #takeUp(request: EntryRequest, entries: readonly WorktreeEntry[]): Promise<Entry | null> {
    const {repository, path, branch} = request
    refuseInside(path, repository, entries)
    const head = `refs/heads/${branch}`
    const concerned = await lookUp(repository, entries, (entry) => entry.path === path || entry.branch === head)
    await freeBranch(concerned, {branch, path})
    const entry = concerned.find((known) => known.path === path)
    const adminDir = entry ? await takeUp(this.#git, entry, {wanted: markOf(request), head: `ref: ${head}`}) : null
    return adminDir === null ? null : {adminDir, isFresh: false}
  }

  /** @returns what git failed with, or null */
  async #add(request: EntryRequest): Promise<Error | null> {
    const {path, branch, runHooks} = request
    const {commonDir} = request.repository
    await makeFolder(dirname(path), 0o777)
    // With hooks git itself has to check out: post-checkout is told of a new worktree only then (githooks(5)).
    const checkout = runHooks ? [] : ['--no-checkout']
    const args = ['worktree', 'add', '--quiet', '--lock', '--reason', toReason(markOf(request)), ...checkout, '--', path, branch]
    const result = await this.#git.run(commonDir, args, {hooks: runHooks, timeoutMs: WORK_TIMEOUT_MS})
    if (result.exitCode === 0) return null
    if (await stands(path)) {
      this.#git.logger.warn('a git hook failed while a worktree was made; the worktree is kept', {path, stderr: result.stderr})
      return null
    }
    const [, holder] = /already (?:checked out|used by worktree) at '(.+)'/.exec(result.stderr) ?? []
    return holder === undefined ? gitFailed(commonDir, args, result) : checkedOut(branch, holder)
  }
}

function markOf({branch}: EntryRequest): Mark {
  return {kind: 'making', branch}
}

/** Does one step for each and tells who asked how it ended. @returns those for which it gave null: there is more to do for them */
async function eachOf(all: readonly Asked[], step: (asked: Asked) => Promise<Entry | null>): Promise<Asked[]> {
  const left: Asked[] = []
  for (const asked of all) {
    try {
      const entry = await step(asked)
      if (entry === null) left.push(asked)
      else asked.resolve(entry)
    } catch (error) {
      asked.reject(error)
    }
  }
  return left
}
