import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {OrchError, type Logger, type MergeResult, type Workspace} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {holds} from '../../domain/merge.js'
import {textOf} from '../../domain/set-up-inputs.js'
import {storageFailureIn} from '../../domain/storage.js'
import type {Acceptance} from '../project-commands/acceptance.js'
import {projectEnvironment} from '../record/project-environment.js'
import type {CommandRunner} from '../project-commands/run-command.js'
import type {SetUp} from '../project-commands/set-up.js'
import {inTree, notMended, TreeFailure} from './tree-failure.js'
import type {Project} from '../../domain/model/project.js'
import type {CommandEvidence} from '../../domain/model/merge.js'

/** How often work is begun in a worktree made anew before a person is asked. */
const MAX_TRIES = 3
/** How often changed files are looked at until two looks agree: what removes a worktree takes a while. */
const MAX_LOOKS = 10

interface VerificationTreeOptions {
  readonly workspace: Workspace
  readonly files: Files
  readonly commands: Pick<CommandRunner, 'end'>
  readonly setUp: Pick<SetUp, 'run'>
  readonly acceptance: Acceptance
  readonly logger: Logger
}

/** What a commit showed. */
export interface Checked {
  readonly evidence: CommandEvidence[]
  /** The set-up command that failed: no acceptance command ran. */
  readonly setUp: CommandEvidence | null
  /** Digest of what the set-up depends on. */
  readonly inputs: string
}

export function passes({evidence, setUp}: Checked): boolean {
  return setUp === null && holds(evidence)
}

/** The worktrees of a project in which orch runs commands: `scratch` for merged work, `baseline` for the base. Each has what an agent's has. */
export class VerificationTree {
  readonly #options: VerificationTreeOptions
  readonly #name: 'scratch' | 'baseline'
  /** Projects whose worktree every command so far left damaged: the next time, that is what the command did. */
  readonly #suspects = new Set<string>()

  constructor(name: 'scratch' | 'baseline', options: VerificationTreeOptions) {
    this.#name = name
    this.#options = options
  }

  path({directory}: Project): string {
    return join(directory, this.#name)
  }

  /**
   * Opens the worktree at a commit and does work there, again in a worktree made anew when it was removed or damaged meanwhile.
   * @throws ORCH_REFUSED when that happened each time, and what `work` throws of its own
   */
  async use<T>(project: Project, at: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let isByCommands = true
    try {
      for (let tries = 1; ; tries++) {
        try {
          await this.open(project, at)
          return await work()
        } catch (error) {
          if (!(error instanceof TreeFailure)) throw error
          signal.throwIfAborted()
          if (storageFailureIn(error.cause) !== null) throw error.cause
          if (tries === MAX_TRIES) throw notMended(this.path(project), error)
          isByCommands &&= error.afterCommand
          if (isByCommands && tries === MAX_TRIES - 1) this.#suspects.add(project.id)
          this.#options.logger.warn('a verification worktree is made anew', {project: project.id, tree: this.#name, why: error.message})
          await this.#discard(project)
        }
      }
    } finally {
      this.#suspects.delete(project.id)
    }
  }

  /** Makes it, or takes up what an earlier run left there, at a commit. @throws TreeFailure */
  async open(project: Project, at: string): Promise<void> {
    const {files, workspace, commands} = this.#options
    const path = this.path(project)
    await commands.end(path)
    // What was installed there went with the folder.
    if (!(await files.isFolder(path))) await files.remove(this.#record(project))
    const {made} = await inTree(() => workspace.ensureScratch({repository: project.repository.mainRoot, path, at}))
    if (made) await files.remove(this.#record(project))
  }

  /** Merges a commit onto another there. @throws TreeFailure */
  async merge(project: Project, request: {onto: string; commit: string; message: string}): Promise<MergeResult> {
    const {mainRoot: repository} = project.repository
    return inTree(() => this.#options.workspace.merge({repository, scratch: this.path(project), ...request}))
  }

  /** Goes back to a commit, with what is installed. @throws TreeFailure when that is gone */
  async reset(project: Project, at: string, keep: 'ignored' | 'untracked' = 'ignored'): Promise<void> {
    const {mainRoot: repository} = project.repository
    const {made} = await inTree(() => this.#options.workspace.ensureScratch({repository, path: this.path(project), at, keep}))
    if (made) throw new TreeFailure(new Error(`${this.path(project)} was removed`))
  }

  /**
   * Sets up the commit that is checked out, if what the set-up depends on has changed, and runs the acceptance commands on it.
   * @throws TreeFailure
   */
  async check(project: Project, at: string, afterRole: string | null, signal: AbortSignal): Promise<Checked> {
    const {acceptance, files} = this.#options
    if (project.options.acceptance.length === 0) return {evidence: [], setUp: null, inputs: ''}
    const inputs = await this.inputs(project, at)
    const setUp = await this.#setUp(project, {at, inputs, signal})
    if (setUp) return {evidence: [], setUp: {...setUp, afterRole}, inputs}
    const evidence = await acceptance.run(
      project.options.acceptance.map(({command}) => command),
      {
        cwd: this.path(project),
        env: await projectEnvironment(files, project),
        timeoutMs: project.options.commandTimeoutMs,
        afterRole,
        signal,
        changed: () => this.#changedByCommand(project, at),
      },
    )
    return {evidence, setUp: null, inputs}
  }

  /** Verifies that everything there is as in a commit. @throws TreeFailure */
  async requireUnchanged(project: Project, at: string): Promise<void> {
    const changed = await this.#changed(project, at)
    if (changed.length > 0) throw new TreeFailure(restless(this.path(project), changed))
  }

  /** Digest of everything that the set-up of a commit depends on. */
  async inputs({options, repository}: Project, commit: string): Promise<string> {
    const {workspace} = this.#options
    const {mainRoot} = repository
    const copied = await workspace.listIgnored({repository: mainRoot, copy: options.copy})
    const tracked = await workspace.listFiles({repository: mainRoot, commit})
    const text = textOf({commands: options.setup.map(({command}) => command), copy: options.copy, copied, tracked})
    return createHash('sha256').update(text).digest('hex')
  }

  async exists(project: Project): Promise<boolean> {
    return this.#options.files.isFolder(this.path(project))
  }

  /** Removes it with all that was installed there; a worktree that holds more than a commit of the project stays. */
  async remove(project: Project, at: string): Promise<void> {
    const {workspace, files, commands} = this.#options
    const repository = project.repository.mainRoot
    const path = this.path(project)
    await commands.end(path)
    await files.remove(this.#record(project))
    try {
      await workspace.ensureScratch({repository, path, at, keep: 'nothing'})
    } catch {
      return workspace.discardScratch({repository, path})
    }
    await workspace.removeWorktree({repository, path, mergedInto: at})
  }

  /** Removes it in whatever state it is. */
  async #discard(project: Project): Promise<void> {
    const {workspace, files, commands} = this.#options
    const path = this.path(project)
    await commands.end(path)
    await files.remove(this.#record(project))
    await workspace.discardScratch({repository: project.repository.mainRoot, path})
  }

  /** Tracked files that differ from a commit, once two looks agree. @throws TreeFailure */
  async #changed(project: Project, at: string): Promise<readonly string[]> {
    let found = await this.#look(project, at)
    for (let looks = 1; found.length > 0 && looks < MAX_LOOKS; looks++) {
      const again = await this.#look(project, at)
      if (again.join('\0') === found.join('\0')) break
      found = again
    }
    return found
  }

  async #look(project: Project, at: string): Promise<readonly string[]> {
    const place = {repository: project.repository.mainRoot, path: this.path(project), at}
    const {head, changed} = await inTree(() => this.#options.workspace.inspectScratch(place))
    return head === at ? changed : [...changed, `HEAD (at ${head?.slice(0, 12) ?? 'no commit'})`]
  }

  async #changedByCommand(project: Project, at: string): Promise<readonly string[]> {
    try {
      return await this.#changed(project, at)
    } catch (error) {
      if (this.#suspects.has(project.id) && storageFailureIn(error) === null) return ['the worktree itself, its folder or its `.git`']
      throw new TreeFailure((error as TreeFailure).cause, true)
    }
  }

  /** @returns the command that failed, or null */
  async #setUp(project: Project, {at, inputs, signal}: {at: string; inputs: string; signal: AbortSignal}): Promise<CommandEvidence | null> {
    const {files, workspace, setUp} = this.#options
    const record = this.#record(project)
    if ((await files.readText(record))?.trim() === inputs) return null
    const repository = project.repository.mainRoot
    const path = this.path(project)
    // From here on until it has succeeded nobody may take the worktree for one that is set up.
    await files.remove(record)
    await inTree(async () => {
      await workspace.ensureScratch({repository, path, at, keep: 'nothing'})
      await workspace.copyIgnored({repository, path, copy: project.options.copy})
    })
    const log = join(project.directory, `${this.#name}-setup.log`)
    const failed = await setUp.run(project, {worktree: path, log, endsProcesses: true, signal})
    if (failed) {
      // In a worktree that is gone every command fails.
      await this.#changed(project, at)
      return failed
    }
    if (project.options.setup.length === 0 || (await this.#settle(project, at))) await files.writePrivate(record, `${inputs}\n`)
    return null
  }

  /** Puts tracked files back: `npm install` may rewrite a lock file. @returns whether what was installed outlives the clean-up before the next merge */
  async #settle(project: Project, at: string): Promise<boolean> {
    await this.reset(project, at, 'untracked')
    const place = {repository: project.repository.mainRoot, path: this.path(project), at}
    return (await inTree(() => this.#options.workspace.inspectScratch(place))).untracked.length === 0
  }

  /** Outside of the worktree, where neither a clean-up nor a command reaches it. */
  #record({directory}: Project): string {
    return join(directory, `${this.#name}.inputs`)
  }
}

function restless(path: string, changed: readonly string[]): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {
    what: 'The verification',
    why: `another process changed tracked files in ${path}: ${changed.slice(0, 5).join(', ')}`,
    remedy: 'End that process, then resume the project.',
  })
}
