import {isOrchError, messageOf, type Clock, type Logger, type RepositoryObservation, type Workspace} from '@orch/plugin-kit'
import {unchanged} from '../../domain/change.js'
import {findIncident} from '../../domain/incident.js'
import {isFinished} from '../../domain/project-states.js'
import type {Files} from '../../domain/ports/files.js'
import {repositoryChanges, settingBefore, withAccepted, type Finding} from '../../domain/repository-changes.js'
import type {Store} from '../../domain/ports/store.js'
import {acceptChange, openChanges, recordFindings} from '../../domain/watched-repository.js'
import type {Recorder} from '../record/recorder.js'
import type {Attribution} from './attribution.js'
import {pathOf, readBaseline, writeBaseline, type Baseline} from './baseline.js'
import type {Project} from '../../domain/model/project.js'

interface RepositoryWatchOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly files: Files
  readonly attribution: Pick<Attribution, 'of'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Milliseconds after which a repository is observed whole although none of git's files moved: edits in a working tree move none. */
const WHOLE_MS = 5 * 60_000
/** An observation takes at most this share of the time: one of a huge tree comes less often. */
const MAX_SHARE = 1 / 20

/** Id of the finding that there is nothing to compare with any more. */
const LOST = 'record repository.json'

/** What is known of a repository since this supervisor started. */
interface Seen {
  stamp: string
  /** Monotonic milliseconds. */
  nextWholeAt: number
}

/**
 * Watches the repositories of unfinished projects: what belongs to the person (configuration, HEAD, branches, tags, stash, hooks, working tree)
 * is compared with what it was when the project began. A change is said, never undone.
 */
export class RepositoryWatch {
  readonly #options: RepositoryWatchOptions
  readonly #seen = new Map<string, Seen>()
  /** Checks of a project, one at a time. */
  readonly #checking = new Map<string, Promise<void>>()

  constructor(options: RepositoryWatchOptions) {
    this.#options = options
  }

  /** Takes down how the repository is now: what it is measured against from here on. */
  async begin(project: Project): Promise<void> {
    await this.#guard(project.id, async () =>
      this.#start(project, await this.#options.workspace.observeRepository(project.repository.root)),
    )
  }

  /**
   * Before a project is taken up again. What a person changed after its end is no change of the team's.
   * @throws ORCH_REPOSITORY when the repository cannot be used as it is
   */
  async resume(project: Project): Promise<void> {
    const {workspace} = this.#options
    await workspace.inspectRepository(project.repository.root)
    if (!isFinished(project.state)) return
    await this.#guard(project.id, async () => {
      const before = await this.#known(project)
      if (before === null) return this.begin(project)
      const now = await workspace.observeRepository(project.repository.root)
      const open = new Set(openChanges(project).map(({id}) => id))
      const since = repositoryChanges(before, now, project.repository).filter(({id}) => !open.has(id))
      await this.#keep(
        project,
        since.reduce((baseline, {id}) => withAccepted(baseline, now, id), before),
      )
    })
  }

  /** Looks at the files of git, and observes the repositories that may have changed. */
  async tick(): Promise<void> {
    const {clock, store} = this.#options
    const projects = store.projects().filter(({state}) => !isFinished(state))
    const folders = new Set(projects.map(({repository}) => repository.commonDir))
    for (const folder of this.#seen.keys()) if (!folders.has(folder)) this.#seen.delete(folder)
    for (const folder of folders) {
      if (!(await this.#mayHaveChanged(folder))) continue
      const began = clock.monotonic()
      for (const {id, repository} of projects) if (repository.commonDir === folder) await this.check(id)
      const now = clock.monotonic()
      this.#seen.get(folder)!.nextWholeAt = now + Math.max(WHOLE_MS, (now - began) / MAX_SHARE)
    }
  }

  /** Observes the repository of a project now and records what is not as it was. Never fails: what goes wrong is logged. */
  check(projectId: string): Promise<void> {
    const before = this.#checking.get(projectId) ?? Promise.resolve()
    const check = before.then(() => this.#guard(projectId, () => this.#check(projectId)))
    this.#checking.set(projectId, check)
    return check.finally(() => {
      if (this.#checking.get(projectId) === check) this.#checking.delete(projectId)
    })
  }

  /** Orch itself has moved a branch of the person's: that is no change for any project of the repository. */
  async branchMoved(commonDir: string, branch: string): Promise<void> {
    const {store, workspace} = this.#options
    for (const project of store.projects().filter(({repository}) => repository.commonDir === commonDir)) {
      await this.#guard(project.id, async () => {
        const before = await this.#known(project)
        if (before !== null)
          await this.#keep(
            project,
            withAccepted(before, await workspace.observeRepository(project.repository.root), `refs refs/heads/${branch}`),
          )
      })
    }
  }

  /** Puts a setting of the repository's configuration back, or takes a change as it is where that would lose something. @returns what was done */
  async settle(project: Project, id: string): Promise<string> {
    const {workspace, recorder, store} = this.#options
    const {root, commonDir} = project.repository
    const before = await this.#known(project)
    const setting = before && settingBefore(before, id)
    if (before && setting) {
      await workspace.restoreSetting({commonDir, ...setting})
      await this.#reopened(project, () => this.check(project.id))
      return 'put back'
    }
    const now = await workspace.observeRepository(root)
    if (before) await this.#keep(project, withAccepted(before, now, id))
    else await this.#keep(project, now)
    await this.#reopened(project, async () => {
      if (store.project(project.id)) await recorder.change(project.id, (current, at) => acceptChange(current, id, at))
    })
    return 'taken as it is; nothing was changed'
  }

  async #check(projectId: string): Promise<void> {
    const {store, recorder, attribution} = this.#options
    const project = store.project(projectId)
    if (!project) return
    const findings = await this.#findings(project, await this.#baseline(project))
    const isKnown = (finding: Finding) => openChanges(project).some(({id, what}) => id === finding.id && what === finding.what)
    const isSaid = findings.length === 0 || findIncident(project, 'repository-changed', null) !== undefined
    if (isSaid && findings.length === openChanges(project).length && findings.every(isKnown)) return
    const by = findings.every(isKnown) ? '' : await attribution.of(project)
    await recorder.change(projectId, (current, now) => recordFindings(current, findings, by, now))
  }

  /** What differs from the baseline, which is made when there is none yet. */
  async #findings(project: Project, baseline: Baseline): Promise<Finding[]> {
    const {workspace} = this.#options
    const {root} = project.repository
    let now: RepositoryObservation
    try {
      now = await workspace.observeRepository(root)
    } catch (error) {
      if (!isOrchError(error)) throw error
      return [{id: 'files .git', what: `git cannot work with ${root}: ${error.message} ${error.remedy}`, undo: null}]
    }
    if (baseline.kind === 'none' && project.repositoryWatched !== true) {
      await this.#start(project, now)
      return []
    }
    if (baseline.kind !== 'known') return [...openChanges(project).filter(({id}) => id !== LOST), lost(project, baseline)]
    const before = baseline.observation
    const findings = repositoryChanges(before, now, project.repository)
    // A setting that was put back leaves the file written otherwise than it was, with all it says.
    const wasSetting = openChanges(project).some(({id}) => id.startsWith('config '))
    if (!wasSetting || !findings.some(({id}) => id === 'files config')) return findings
    await this.#keep(project, withAccepted(before, now, 'files config'))
    return findings.filter(({id}) => id !== 'files config')
  }

  /** Records of finished projects are put away; a change of one takes it up for a moment. */
  async #reopened(project: Project, work: () => Promise<void>): Promise<void> {
    const {store} = this.#options
    const isAway = store.project(project.id) === undefined
    if (isAway) await store.reopen(project.id)
    try {
      await work()
    } finally {
      if (isAway) await store.retire(project.id)
    }
  }

  async #mayHaveChanged(commonDir: string): Promise<boolean> {
    const {workspace, clock} = this.#options
    const stamp = await workspace.repositoryStamp(commonDir)
    const known = this.#seen.get(commonDir)
    if (known?.stamp === stamp && clock.monotonic() < known.nextWholeAt) return false
    this.#seen.set(commonDir, {stamp, nextWholeAt: known?.nextWholeAt ?? 0})
    return true
  }

  #baseline(project: Project): Promise<Baseline> {
    return readBaseline(this.#options.files, project)
  }

  async #known(project: Project): Promise<RepositoryObservation | null> {
    const baseline = await this.#baseline(project)
    return baseline.kind === 'known' ? baseline.observation : null
  }

  /** From here on the record is there: should it be missing, it was removed. */
  async #start(project: Project, observation: RepositoryObservation): Promise<void> {
    const {store, recorder} = this.#options
    await this.#keep(project, observation)
    if (store.project(project.id) === undefined) return
    await recorder.change(project.id, (before) =>
      before.repositoryWatched ? unchanged(before) : {project: {...before, repositoryWatched: true}, events: []},
    )
  }

  #keep(project: Project, observation: RepositoryObservation): Promise<void> {
    return writeBaseline(this.#options.files, project, observation)
  }

  async #guard(project: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) =>
      this.#options.logger.warn('the repository could not be looked at', {project, why: messageOf(error)}),
    )
  }
}

function lost(project: Project, baseline: Exclude<Baseline, {kind: 'known'}>): Finding {
  const why = baseline.kind === 'none' ? `gone: ${pathOf(project)}` : `damaged: ${pathOf(project)} (${baseline.why})`
  return {id: LOST, what: `changes cannot be seen any more, because the record to compare with is ${why}`, undo: null}
}
