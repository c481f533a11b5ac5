import type {Workspace} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {closeMailboxes} from '../../domain/mailbox.js'
import {moveMerge} from '../../domain/merge.js'
import {moveProject} from '../../domain/project.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {Recorder} from '../record/recorder.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import type {Flags} from './flags.js'
import {reopenMoved} from './moved-branches.js'
import type {UnmergedCommits} from './unmerged-commits.js'
import type {Project} from '../../domain/model/project.js'

interface IntegratorOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly bus: HookBus
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly flags: Pick<Flags, 'record'>
  readonly repositories: Pick<RepositoryWatch, 'check' | 'branchMoved'>
  readonly unmerged: Pick<UnmergedCommits, 'record'>
}

/** Moves the integration branch to the verified candidate, then ends the project. Each step finds out whether it was done already. */
export class Integrator {
  readonly #options: IntegratorOptions

  constructor(options: IntegratorOptions) {
    this.#options = options
  }

  async integrate(project: Project): Promise<void> {
    const {merge} = project.options
    const candidate = project.verification!.candidate
    if (project.integration.sha !== candidate && (await reopenMoved(this.#options, project))) return
    const done = merge === 'none' ? project : await this.#advance(project, candidate)
    if (merge === 'parent' && project.parentBranch) await this.#moveParent(project, project.parentBranch, candidate)
    await this.#options.flags.record(done)
    await this.#options.unmerged.record(done)
    // What an agent has read is not expired: receipts of the last seconds stand in its transcript alone.
    await this.#options.watch.readTranscripts(project.id)
    await this.#complete(project.id)
  }

  /** A person's branch only gets what was verified, unless that person asked for the other. */
  async #moveParent(project: Project, branch: string, to: string): Promise<void> {
    const {workspace, recorder, repositories} = this.#options
    const {verified} = project.verification!
    const moved = verified || project.options.unverified === true
    await repositories.check(project.id)
    if (moved) await workspace.fastForwardParent({repository: project.repository.mainRoot, branch, to})
    if (moved) await repositories.branchMoved(project.repository.commonDir, branch)
    const why = verified ? null : moved ? 'the result is not verified; --unverified asked for it' : 'the result is not verified'
    await recorder.change(project.id, (before) => ({project: {...before, parent: {branch, moved, why}}, events: []}))
  }

  async #advance(project: Project, candidate: string): Promise<Project> {
    const {workspace, recorder, bus} = this.#options
    const repository = project.repository.mainRoot
    const {branch} = project.integration
    const from = project.integration.sha ?? project.base
    const at = await workspace.ensureBranch({repository, branch, at: from})
    // From where we left it, not from where it is: what somebody else committed there is not passed over.
    if (at !== candidate) await workspace.advance({repository, branch, from, to: candidate})
    const done = await recorder.change(project.id, (before) => {
      const moved = before.merges.map((merge) => (merge.state === 'checking' ? moveMerge(merge, 'merged') : {merge, events: []}))
      return {
        project: {...before, merges: moved.map(({merge}) => merge), integration: {branch, sha: candidate}},
        events: moved.flatMap(({events}) => events),
      }
    })
    for (const {role, branch: merged, sha, state} of done.merges) {
      if (state === 'merged' && sha) await bus.emit('afterMerge', {project: project.id, role, branch: merged, sha})
    }
    return done
  }

  async #complete(projectId: string): Promise<void> {
    await this.#options.recorder.change(projectId, (before, now) => {
      const closed = closeMailboxes(before, now)
      const moved = moveProject(closed.project, 'completed', {source: 'orch', what: 'merged', at: now}, {finishedAt: now})
      return {project: moved.project, events: [...closed.events, ...moved.events]}
    })
  }
}
