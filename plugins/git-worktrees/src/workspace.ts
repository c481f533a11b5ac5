import type {
  FileId,
  MergeResult,
  ProgramSetting,
  RepositoryFacts,
  RepositoryObservation,
  RescueRef,
  ScratchFacts,
  WorkFacts,
  Workspace,
  WorktreeFacts,
} from '@orch/plugin-kit'
import {copyIgnored, listIgnored} from './files/copy-ignored.js'
import {readGitLink} from './files/git-link.js'
import {canonical} from './files/paths.js'
import {Git, type GitParts} from './git/git.js'
import {KeyedQueue} from './git/keyed-queue.js'
import {advance} from './merge/advance.js'
import {discardScratch} from './merge/discard-scratch.js'
import {inspectScratch} from './merge/inspect-scratch.js'
import {merge} from './merge/merge.js'
import {fastForwardParent} from './merge/parent-branch.js'
import {ensureScratch} from './merge/scratch.js'
import {removeWorktree} from './removal/remove-worktree.js'
import {commitInitial} from './repository/commit-initial.js'
import {createRepository} from './repository/create.js'
import {diff} from './repository/diff.js'
import {inspectRepository} from './repository/inspect.js'
import {locate} from './repository/locate.js'
import {observeRepository} from './repository/observe.js'
import {restoreSetting} from './repository/restore-setting.js'
import {repositoryStamp} from './repository/stamp.js'
import {listFiles} from './repository/list-files.js'
import {countAhead, ensureBranch, isAncestor, requireCommit, resolveCommit} from './repository/refs.js'
import {rescue} from './rescue/rescue.js'
import {inspectWork} from './work/inspect-work.js'
import {inspectWorktree, requireWorktree} from './worktree/facts.js'
import {WorktreeMaker, type WorktreeRequest} from './worktree/make.js'

type RequestOf<M extends keyof Workspace> = Parameters<Workspace[M]>[0]

/** Capability `workspace` on git: one queue for each repository and each worktree, everything else is read at every call. */
export class GitWorkspace implements Workspace {
  readonly #git: Git
  readonly #queue = new KeyedQueue()
  readonly #maker: WorktreeMaker

  constructor(parts: GitParts) {
    this.#git = new Git(parts)
    this.#maker = new WorktreeMaker(this.#git, this.#queue)
  }

  async version(): Promise<string> {
    return this.#git.version()
  }

  async inspectRepository(path: string): Promise<RepositoryFacts> {
    await this.#git.version()
    return inspectRepository(this.#git, path)
  }

  async observeRepository(path: string): Promise<RepositoryObservation> {
    return observeRepository(this.#git, path)
  }

  async repositoryStamp(commonDir: string): Promise<string> {
    return repositoryStamp(commonDir)
  }

  async restoreSetting({commonDir, ...setting}: RequestOf<'restoreSetting'>): Promise<void> {
    return this.#queue.run(commonDir, () => restoreSetting(this.#git, commonDir, setting))
  }

  permitPrograms(commonDir: string, programs: readonly ProgramSetting[] | null): void {
    this.#git.permit(commonDir, programs)
  }

  async createRepository(request: RequestOf<'createRepository'>): Promise<string> {
    await this.#git.version()
    return createRepository(this.#git, request)
  }

  async commitInitial(root: string, message: string): Promise<string> {
    return this.#inRepository(root, () => commitInitial(this.#git, root, message))
  }

  async ensureBranch({repository, branch, at}: RequestOf<'ensureBranch'>): Promise<string> {
    return this.#inRepository(repository, (root) => ensureBranch(this.#git, root, branch, at))
  }

  async ensureWorktree(request: WorktreeRequest): Promise<{path: string}> {
    return this.#maker.ensure(request)
  }

  async inspectWorktree(request: RequestOf<'inspectWorktree'>): Promise<WorktreeFacts> {
    return inspectWorktree(this.#git, request)
  }

  async inspectWork(request: RequestOf<'inspectWork'>): Promise<WorkFacts> {
    return inspectWork(this.#git, request)
  }

  async ensureScratch(request: RequestOf<'ensureScratch'>): Promise<{made: boolean}> {
    return ensureScratch(this.#git, this.#queue, request)
  }

  async discardScratch(request: RequestOf<'discardScratch'>): Promise<void> {
    return discardScratch(this.#git, this.#queue, request)
  }

  async inspectScratch(request: RequestOf<'inspectScratch'>): Promise<ScratchFacts> {
    return this.#queue.run(await canonical(request.path), () => inspectScratch(this.#git, request))
  }

  async merge(request: RequestOf<'merge'>): Promise<MergeResult> {
    return this.#queue.run(await canonical(request.scratch), () => merge(this.#git, request))
  }

  async copyIgnored({repository, path, copy}: RequestOf<'copyIgnored'>): Promise<void> {
    const to = await canonical(path)
    const {gitDir: staging} = (await readGitLink(await requireWorktree(to)))!
    const from = await this.#mainTree(repository)
    return this.#queue.run(to, () => copyIgnored(this.#git, {from, to, staging, patterns: copy}))
  }

  async listIgnored({repository, copy}: RequestOf<'listIgnored'>): Promise<readonly FileId[]> {
    return listIgnored(this.#git, {from: await this.#mainTree(repository), patterns: copy})
  }

  async listFiles({repository, commit}: RequestOf<'listFiles'>): Promise<readonly FileId[]> {
    return listFiles(this.#git, (await locate(this.#git, repository)).root, commit)
  }

  async advance(request: RequestOf<'advance'>): Promise<void> {
    return this.#inRepository(request.repository, () => advance(this.#git, request))
  }

  async fastForwardParent(request: RequestOf<'fastForwardParent'>): Promise<void> {
    return this.#inRepository(request.repository, () => fastForwardParent(this.#git, request))
  }

  async resolve(repository: string, ref: string): Promise<string | null> {
    const {root} = await locate(this.#git, repository)
    return resolveCommit(this.#git, root, ref)
  }

  async isAncestor(repository: string, ancestor: string, descendant: string): Promise<boolean> {
    const {root} = await locate(this.#git, repository)
    const [old, young] = await Promise.all([requireCommit(this.#git, root, ancestor), requireCommit(this.#git, root, descendant)])
    return isAncestor(this.#git, root, old, young)
  }

  async countAhead({repository, base, head}: RequestOf<'countAhead'>): Promise<number> {
    const {root} = await locate(this.#git, repository)
    return countAhead(this.#git, root, {base, head})
  }

  async rescue(request: RequestOf<'rescue'>): Promise<RescueRef | null> {
    return this.#queue.run(await canonical(request.path), () => rescue(this.#git, request))
  }

  async removeWorktree(request: RequestOf<'removeWorktree'>): Promise<void> {
    return removeWorktree(this.#git, this.#queue, request)
  }

  async diff({repository, ...range}: RequestOf<'diff'>): Promise<string> {
    const {root} = await locate(this.#git, repository)
    return diff(this.#git, root, range)
  }

  async #mainTree(path: string): Promise<string | null> {
    const {bare, mainRoot} = await locate(this.#git, path)
    return bare ? null : mainRoot
  }

  async #inRepository<T>(path: string, work: (root: string) => Promise<T>): Promise<T> {
    const {commonDir, root} = await locate(this.#git, path)
    return this.#queue.run(commonDir, () => work(root))
  }
}
