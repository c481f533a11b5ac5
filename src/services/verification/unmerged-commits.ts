import type {Workspace} from '@orch/plugin-kit'
import {unchanged} from '../../domain/change.js'
import type {Recorder} from '../record/recorder.js'
import type {WorkLeftBehind} from './work-left-behind.js'
import type {Project, UnmergedWork} from '../../domain/model/project.js'

interface UnmergedCommitsOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly leftBehind: Pick<WorkLeftBehind, 'keep'>
}

/** Finds what a team made that is not in its result, commits or not, so that each is named with its branch or ref. */
export class UnmergedCommits {
  readonly #options: UnmergedCommitsOptions

  constructor(options: UnmergedCommitsOptions) {
    this.#options = options
  }

  /**
   * Records what every branch has beyond the result as it is now, and what lies outside of branches, kept under refs. A branch or worktree that is
   * gone has nothing.
   */
  async record(project: Project): Promise<void> {
    const found = {unmerged: await this.#find(project), leftBehind: await this.#options.leftBehind.keep(project, resultOf(project))}
    await this.#options.recorder.change(project.id, (before) => {
      const {unmerged = [], leftBehind = []} = before
      const isKnown = JSON.stringify({unmerged, leftBehind}) === JSON.stringify(found)
      return isKnown ? unchanged(before) : {project: {...before, ...found}, events: []}
    })
  }

  async #find(project: Project): Promise<UnmergedWork[]> {
    const {workspace} = this.#options
    const repository = project.repository.mainRoot
    const base = resultOf(project)
    const found: UnmergedWork[] = []
    for (const {id, role, branch} of project.agents) {
      const head = await workspace.resolve(repository, `refs/heads/${branch}`)
      const commits = head === null ? 0 : await workspace.countAhead({repository, base, head})
      if (commits > 0) found.push({agent: id, role, branch, commits, reason: reasonOf(project, id)})
    }
    return found
  }
}

/** The commit that holds the result; with the policy `none` no branch names it. */
function resultOf({integration, verification, options, base}: Project): string {
  return integration.sha ?? (options.merge === 'none' ? verification?.candidate : undefined) ?? base
}

function reasonOf({agents, merges, state, verification}: Project, agent: string): string {
  const left = agents.find(({id}) => id === agent)?.left
  if (left) return `it was removed from the team by ${left.by}`
  const merge = merges.find((candidate) => candidate.agent === agent)
  if (merge?.reason && (merge.state === 'conflicted' || merge.state === 'rejected')) return merge.reason
  const isMerged = state === 'merging' || state === 'completed'
  return isMerged && verification ? 'committed after the result was verified' : `the project was ${state} before it was merged`
}
