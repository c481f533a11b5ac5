import {createHash} from 'node:crypto'
import {join} from 'node:path'
import type {Workspace} from '@orch/plugin-kit'
import type {Files} from '../../domain/files.js'
import {holds, type CommandEvidence} from '../../domain/merge.js'
import type {Project} from '../../domain/project.js'
import {textOf} from '../../domain/set-up-inputs.js'
import type {Acceptance} from '../acceptance.js'
import {keptEnvironment} from '../kept-environment.js'
import type {CommandRunner} from './run-command.js'
import type {SetUp} from './set-up.js'

interface VerificationTreeOptions {
  readonly workspace: Workspace
  readonly files: Files
  readonly commands: Pick<CommandRunner, 'end'>
  readonly setUp: Pick<SetUp, 'run'>
  readonly acceptance: Acceptance
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

  constructor(name: 'scratch' | 'baseline', options: VerificationTreeOptions) {
    this.#name = name
    this.#options = options
  }

  path({directory}: Project): string {
    return join(directory, this.#name)
  }

  /** Makes it, or takes up what an earlier run left there, at a commit. */
  async open(project: Project, at: string): Promise<void> {
    const {files, workspace, commands} = this.#options
    const path = this.path(project)
    await commands.end(path)
    // What was installed there went with the folder.
    if (!(await files.isFolder(path))) await files.remove(this.#record(project))
    await workspace.ensureScratch({repository: project.repository.mainRoot, path, at})
  }

  /** Sets up the commit that is checked out, if what the set-up depends on has changed, and runs the acceptance commands on it. */
  async check(project: Project, at: string, afterRole: string | null, signal: AbortSignal): Promise<Checked> {
    const {acceptance, files, workspace} = this.#options
    if (project.options.acceptance.length === 0) return {evidence: [], setUp: null, inputs: ''}
    const inputs = await this.inputs(project, at)
    const setUp = await this.#setUp(project, {at, inputs, signal})
    if (setUp) return {evidence: [], setUp: {...setUp, afterRole}, inputs}
    const path = this.path(project)
    const evidence = await acceptance.run(
      project.options.acceptance.map(({command}) => command),
      {
        cwd: path,
        env: await keptEnvironment(files, project),
        timeoutMs: project.options.commandTimeoutMs,
        afterRole,
        signal,
        changed: () => changedIn(workspace, project, {path, at}),
      },
    )
    return {evidence, setUp: null, inputs}
  }

  /** Tracked files that differ from a commit now. */
  async changed(project: Project, at: string): Promise<readonly string[]> {
    return changedIn(this.#options.workspace, project, {path: this.path(project), at})
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
    await workspace.ensureScratch({repository, path, at, keep: 'nothing'})
    await workspace.removeWorktree({repository, path, mergedInto: at})
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
    await workspace.ensureScratch({repository, path, at, keep: 'nothing'})
    await workspace.copyIgnored({repository, path, copy: project.options.copy})
    const log = join(project.directory, `${this.#name}-setup.log`)
    const failed = await setUp.run(project, {worktree: path, log, endsProcesses: true, signal})
    if (failed) return failed
    if (project.options.setup.length === 0 || (await this.#settle(project, at))) await files.writePrivate(record, `${inputs}\n`)
    return null
  }

  /** Puts tracked files back: `npm install` may rewrite a lock file. @returns whether what was installed outlives the clean-up before the next merge */
  async #settle(project: Project, at: string): Promise<boolean> {
    const {workspace} = this.#options
    const place = {repository: project.repository.mainRoot, path: this.path(project), at}
    await workspace.ensureScratch({...place, keep: 'untracked'})
    return (await workspace.inspectScratch(place)).untracked.length === 0
  }

  /** Outside of the worktree, where neither a clean-up nor a command reaches it. */
  #record({directory}: Project): string {
    return join(directory, `${this.#name}.inputs`)
  }
}

async function changedIn(workspace: Workspace, project: Project, {path, at}: {path: string; at: string}): Promise<readonly string[]> {
  const {head, changed} = await workspace.inspectScratch({repository: project.repository.mainRoot, path, at})
  return head === at ? changed : [...changed, `HEAD (at ${head?.slice(0, 12) ?? 'no commit'})`]
}
