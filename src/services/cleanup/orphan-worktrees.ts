import {join} from 'node:path'
import {isOrchError, type Clock, type Workspace} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import {isFinished} from '../../domain/project-states.js'
import type {Store} from '../../domain/ports/store.js'
import {isProjectId, recordOf} from './living-runs.js'
import {settled, type Cleaner, type Orphan, type Settled} from './orphan.js'

interface OrphanWorktreesOptions {
  readonly store: Store
  readonly workspace: Workspace
  readonly host: Host
  readonly files: Files
  readonly clock: Clock
  /** Folder of all projects. */
  readonly projects: string
}

/** Worktrees in orch's own folder that no record knows. What is in them is kept under a rescue ref first; what git cannot prove to be kept stays. */
export class OrphanWorktrees implements Cleaner {
  readonly #options: OrphanWorktreesOptions

  constructor(options: OrphanWorktreesOptions) {
    this.#options = options
  }

  async find(): Promise<Orphan[]> {
    const {files, projects, store} = this.#options
    const leftovers: Orphan[] = []
    for (const id of (await files.names(projects)).filter(isProjectId)) {
      const record = await recordOf(store, id)
      // An agent of an unfinished project may use a worktree that it made itself.
      if (record === 'damaged' || (record !== 'none' && !isFinished(record.state))) continue
      const roles = await files.names(join(projects, id, 'worktrees'))
      const known = record === 'none' ? [] : record.agents.map(({worktree}) => worktree)
      const paths = roles.map((role) => join(projects, id, 'worktrees', role)).filter((path) => !known.includes(path))
      leftovers.push(...paths.map((path) => worktreeAt(path, id)))
      if (record === 'none' && roles.length === 0) leftovers.push(folderAt(join(projects, id), id))
    }
    return leftovers
  }

  async clear(leftover: Orphan): Promise<Settled> {
    const {workspace, host, clock} = this.#options
    const path = leftover.id
    if (!(await this.find()).some(({id}) => id === path)) return settled(leftover, false, 'it is gone')
    if ((await host.workingIn(path)).length > 0) return settled(leftover, false, 'a process works in it')
    try {
      const {mainRoot, head} = await workspace.inspectRepository(path)
      const [role, , project] = path.split('/').reverse()
      // A branch stays and holds its commits. Commits without one go with the worktree, unless the person's checkout has them.
      const kept = head.kind === 'detached' ? (await workspace.inspectRepository(mainRoot)).head : head
      const base = kept.kind === 'unborn' ? '' : kept.sha
      const rescued = await workspace.rescue({path, base, project: project!, role: role!, at: clock.now()})
      await workspace.removeWorktree({repository: mainRoot, path, mergedInto: rescued?.sha ?? base, byAnyone: true})
      return settled(
        leftover,
        true,
        rescued ? `removed; what was in it is kept as ${rescued.ref}` : 'removed; nothing in it was only there',
      )
    } catch (error) {
      return settled(leftover, false, isOrchError(error) ? error.message : String(error))
    }
  }
}

function worktreeAt(path: string, project: string): Orphan {
  const proof = `it lies in the folder of ${project}, and no record has it`
  return {
    kind: 'worktree',
    id: path,
    project,
    what: `worktree ${path}`,
    proof,
    fix: 'keep what is in it under refs/orch/rescue/, then remove it if it is clean',
  }
}

function folderAt(path: string, project: string): Orphan {
  return {
    kind: 'folder',
    id: path,
    project,
    what: `folder ${path}`,
    proof: `there is no record of ${project}: it was never started, or its record was removed`,
    fix: null,
  }
}
