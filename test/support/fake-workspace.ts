import {
  OrchError,
  type FileId,
  type MergeResult,
  type ProgramSetting,
  type RepositoryFacts,
  type RepositoryObservation,
  type RescueRef,
  type ScratchFacts,
  type Workspace,
  type WorktreeFacts,
  type WorkFacts,
  type WorkFinding,
} from '@orch/plugin-kit'
import {aRepository} from './builders.js'

type RequestOf<M extends keyof Workspace> = Workspace[M] extends (request: infer R) => unknown ? R : never

/** git in words: a commit is text, a merge joins two with `+`, and what conflicts is what a test says. */
export class FakeWorkspace implements Workspace {
  repository: RepositoryFacts = aRepository()
  observation: RepositoryObservation = {
    config: {'core.bare': '["false"]'},
    head: {HEAD: 'refs/heads/main'},
    refs: {'refs/heads/main': 'base'},
    files: {},
    worktrees: {},
    tree: {},
  }
  /** Full names of refs, and where they point. */
  readonly refs = new Map<string, string>()
  readonly worktrees = new Map<string, WorktreeFacts>()
  /** Commits whose merge conflicts, with the files. */
  readonly conflicts = new Map<string, readonly string[]>()
  readonly #scratch = new Map<string, string>()
  /** Paths of scratch worktrees that git does not know as such any more, though something is there. */
  readonly damaged = new Set<string>()
  /** Tracked files of a scratch worktree that something changed, by its path; putting it at a commit puts them back. */
  readonly altered = new Map<string, readonly string[]>()
  /** Files in a scratch worktree that git neither tracks nor ignores, by its path. */
  readonly untracked = new Map<string, readonly string[]>()
  /** Files of commits; none without an entry. */
  readonly files = new Map<string, readonly FileId[]>()
  /** Ignored files of the main working tree that match any pattern. */
  ignored: readonly FileId[] = []
  /** Programs that may run, by git directory. */
  readonly permitted = new Map<string, readonly ProgramSetting[]>()
  /** Whether a rescue finds something to keep. */
  rescues = false
  /** What changed something, in order. */
  readonly calls: string[] = []

  /** A branch with a commit of its own, and a clean worktree on it. */
  commit(path: string, branch: string, sha: string): this {
    this.refs.set(`refs/heads/${branch}`, sha)
    this.worktrees.set(path, {path, branch, head: sha, changed: [], untracked: [], ahead: [{sha, subject: 'work'}]})
    return this
  }

  async version(): Promise<string> {
    return 'git 2.39.5'
  }

  async inspectRepository(_path?: string): Promise<RepositoryFacts> {
    return this.repository
  }

  async observeRepository(): Promise<RepositoryObservation> {
    return this.observation
  }

  async repositoryStamp(): Promise<string> {
    return JSON.stringify({...this.observation, tree: {}})
  }

  async restoreSetting({key, values}: RequestOf<'restoreSetting'>): Promise<void> {
    const config = Object.fromEntries(Object.entries(this.observation.config).filter(([name]) => name !== key))
    this.observation = {...this.observation, config: values.length > 0 ? {...config, [key]: JSON.stringify(values)} : config}
  }

  permitPrograms(commonDir: string, programs: readonly ProgramSetting[] | null): void {
    if (programs === null) this.permitted.delete(commonDir)
    else this.permitted.set(commonDir, programs)
  }

  async createRepository({path, files}: RequestOf<'createRepository'>): Promise<string> {
    this.calls.push(`repository ${path} of ${Object.keys(files).join()}`)
    return path
  }

  async commitInitial(root: string): Promise<string> {
    this.calls.push(`initial commit in ${root}`)
    return 'first'
  }

  async ensureBranch({branch, at}: RequestOf<'ensureBranch'>): Promise<string> {
    const ref = `refs/heads/${branch}`
    if (!this.refs.has(ref)) this.refs.set(ref, at)
    return this.refs.get(ref)!
  }

  async ensureWorktree({path, branch, base, runHooks}: RequestOf<'ensureWorktree'>): Promise<{path: string}> {
    this.calls.push(`worktree ${path}${runHooks ? ' with hooks' : ''}`)
    const facts = this.worktrees.get(path) ?? {path, branch, head: base, changed: [], untracked: [], ahead: []}
    this.worktrees.set(path, facts)
    return {path}
  }

  async inspectWorktree({path}: RequestOf<'inspectWorktree'>): Promise<WorktreeFacts> {
    const facts = this.worktrees.get(path)
    if (!facts) throw new OrchError('ORCH_NOT_FOUND', {what: 'worktree', name: path})
    return facts
  }

  /** What git hides, by worktree, beside what the facts of the worktree say. */
  readonly hidden = new Map<string, readonly WorkFinding[]>()

  async inspectWork(request: RequestOf<'inspectWork'>): Promise<WorkFacts> {
    const facts = await this.inspectWorktree(request)
    const plain: WorkFinding[] = [
      {kind: 'changed', items: facts.changed},
      {kind: 'untracked', items: facts.untracked},
    ]
    return {...facts, findings: [...plain.filter(({items}) => items.length > 0), ...(this.hidden.get(request.path) ?? [])]}
  }

  async ensureScratch({path, at, keep = 'ignored'}: RequestOf<'ensureScratch'>): Promise<{made: boolean}> {
    if (this.damaged.has(path)) throw notScratch(path)
    this.calls.push(`scratch at ${at}${keep === 'ignored' ? '' : `, keep ${keep}`}`)
    const made = !this.#scratch.has(path)
    this.#scratch.set(path, at)
    this.altered.delete(path)
    if (keep !== 'untracked') this.untracked.delete(path)
    return {made}
  }

  /** The folder of a scratch worktree is gone. */
  lose(path: string): void {
    this.#scratch.delete(path)
  }

  async discardScratch({path}: RequestOf<'discardScratch'>): Promise<void> {
    this.calls.push(`discard ${path}`)
    this.lose(path)
    this.damaged.delete(path)
  }

  async inspectScratch({path, at}: RequestOf<'inspectScratch'>): Promise<ScratchFacts> {
    const head = this.#scratch.get(path)
    if (head === undefined || this.damaged.has(path)) throw notScratch(path)
    const changed = [...(this.altered.get(path) ?? []), ...(head === at ? [] : ['everything'])]
    return {head, changed, untracked: this.untracked.get(path) ?? []}
  }

  async merge({scratch, onto, commit}: RequestOf<'merge'>): Promise<MergeResult> {
    if (!this.#scratch.has(scratch) || this.damaged.has(scratch)) throw notScratch(scratch)
    const files = this.conflicts.get(commit)
    this.calls.push(`merge ${commit}`)
    this.altered.delete(scratch)
    this.untracked.delete(scratch)
    const joined = `${onto}+${commit}`
    const sha = files || onto.split('+').includes(commit) ? onto : joined
    this.#scratch.set(scratch, sha)
    if (files) return {outcome: 'conflicted', files, output: 'CONFLICT'}
    return {outcome: sha === onto ? 'nothing' : 'merged', sha}
  }

  async copyIgnored({path, copy}: RequestOf<'copyIgnored'>): Promise<void> {
    if (copy.length > 0) this.calls.push(`copy ${copy.join()} into ${path}`)
  }

  async listIgnored(): Promise<readonly FileId[]> {
    return this.ignored
  }

  async listFiles({commit}: RequestOf<'listFiles'>): Promise<readonly FileId[]> {
    return this.files.get(commit) ?? []
  }

  async advance({branch, from, to}: RequestOf<'advance'>): Promise<void> {
    const at = this.refs.get(`refs/heads/${branch}`)
    if (at !== from)
      throw new OrchError('ORCH_CLASH', {what: `The branch ${branch}`, why: `it is at ${at}, not ${from}`, remedy: 'Look at it.'})
    this.calls.push(`advance ${branch} to ${to}`)
    this.refs.set(`refs/heads/${branch}`, to)
  }

  async fastForwardParent({branch, to}: RequestOf<'fastForwardParent'>): Promise<void> {
    this.calls.push(`fast-forward ${branch} to ${to}`)
    this.observation = {...this.observation, refs: {...this.observation.refs, [`refs/heads/${branch}`]: to}}
    this.refs.set(`refs/heads/${branch}`, to)
  }

  async resolve(_repository: string, ref: string): Promise<string | null> {
    return this.refs.get(ref) ?? null
  }

  async isAncestor(_repository: string, ancestor: string, name: string): Promise<boolean> {
    const descendant = this.refs.get(name) ?? name
    return descendant.split('+').includes(ancestor) || descendant.startsWith(ancestor)
  }

  async countAhead({base, head}: RequestOf<'countAhead'>): Promise<number> {
    const known = base.split('+')
    return head.split('+').filter((commit) => !known.includes(commit)).length
  }

  async rescue({path, project, role, at}: RequestOf<'rescue'>): Promise<RescueRef | null> {
    this.calls.push(`rescue ${path}`)
    return this.rescues ? {ref: `refs/orch/rescue/${project}/${role}/${at}`, sha: 'kept'} : null
  }

  async removeWorktree({path}: RequestOf<'removeWorktree'>): Promise<void> {
    this.worktrees.delete(path)
  }

  /** What every diff shows. */
  patch = ''

  async diff(): Promise<string> {
    return this.patch
  }
}

function notScratch(path: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: path, why: 'it is no scratch worktree', remedy: 'Make it.'})
}
