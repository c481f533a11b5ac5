import {OrchError, type Workspace} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {moveMerge} from '../../domain/merge.js'
import {withMerge} from '../../domain/project.js'
import type {Recorder} from '../record/recorder.js'
import type {VerificationTree} from './verification-tree.js'
import type {Project} from '../../domain/model/project.js'
import type {Merge} from '../../domain/model/merge.js'
import type {Agent} from '../../domain/model/agent.js'

interface CandidateMergesOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly bus: HookBus
}

/** What stood in the way, and whose it is to mend. */
export interface Objection {
  readonly agent: Agent
  readonly reason: string
  readonly kind: 'verdict' | 'conflict'
  readonly files: readonly string[]
}

/** Merges branches into the candidate in the scratch worktree, and keeps how each stands. */
export class CandidateMerges {
  readonly #options: CandidateMergesOptions

  constructor(options: CandidateMergesOptions) {
    this.#options = options
  }

  /** @returns ids of agents whose branch has commits that the base has not */
  async withCommits(project: Project): Promise<ReadonlySet<string>> {
    const {workspace} = this.#options
    const repository = project.repository.mainRoot
    const found = new Set<string>()
    for (const {id, branch} of project.agents) {
      const head = await workspace.resolve(repository, `refs/heads/${branch}`)
      if (head && (await workspace.countAhead({repository, base: project.base, head})) > 0) found.add(id)
    }
    return found
  }

  /** Merges what an agent claimed, or its branch where it claims none. @param onto the candidate so far @throws TreeFailure */
  async add(
    project: Project,
    agent: Agent,
    tree: Pick<VerificationTree, 'merge'>,
    onto: string,
  ): Promise<{sha: string} | {objection: Objection}> {
    const {workspace, bus, recorder} = this.#options
    const head = agent.claim?.head ?? (await workspace.resolve(project.repository.mainRoot, `refs/heads/${agent.branch}`))
    if (!head) throw new OrchError('ORCH_NOT_FOUND', {what: 'branch', name: agent.branch})
    await this.#begin(project.id, agent, head)
    await bus.emit('beforeMerge', {project: project.id, role: agent.role, branch: agent.branch, sha: head})
    const message = `Merge the work of ${agent.role}\n\nBranch ${agent.branch}, project ${project.id}.`
    const result = await tree.merge(project, {onto, commit: head, message})
    if (result.outcome === 'conflicted') {
      const reason = `merging ${agent.branch} onto ${onto.slice(0, 12)} conflicts in ${result.files.join(', ')}. Merge ${onto} into your branch and resolve it there`
      return {objection: {agent, reason, kind: 'conflict', files: result.files}}
    }
    await recorder.change(project.id, (before) => {
      const current = before.merges.find((candidate) => candidate.agent === agent.id)!
      return {project: withMerge(before, {...current, sha: result.sha}), events: []}
    })
    return {sha: result.sha}
  }

  /** The merge keeps the reason; the branch stays as it is. */
  async leaveOut(projectId: string, {agent, reason, kind, files}: Objection): Promise<void> {
    await this.#options.recorder.change(projectId, (before) => {
      const merge = before.merges.find((candidate) => candidate.agent === agent.id)!
      const moved = moveMerge(merge, objected(kind), {sha: null, files, reason})
      return {project: withMerge(before, moved.merge), events: moved.events}
    })
  }

  async #begin(projectId: string, {id, role, branch}: Agent, head: string): Promise<void> {
    await this.#options.recorder.change(projectId, (before) => {
      const known = before.merges.find((candidate) => candidate.agent === id)
      const fresh: Merge = {agent: id, role, branch, state: 'pending', head: null, sha: null, files: [], reason: null}
      const moved = moveMerge(known ?? fresh, 'checking', {head, sha: null, files: [], reason: null})
      const next = known ? withMerge(before, moved.merge) : {...before, merges: [...before.merges, moved.merge]}
      return {project: next, events: moved.events}
    })
  }
}

/** The state of a merge that was objected to. */
export function objected(kind: Objection['kind']): 'conflicted' | 'rejected' {
  return kind === 'conflict' ? 'conflicted' : 'rejected'
}
