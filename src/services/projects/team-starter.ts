import type {Ids, Logger, Workspace} from '@orch/plugin-kit'
import {withEveryCheckIn} from '../../domain/check-in.js'
import type {DomainEvent} from '../../domain/event.js'
import type {Files} from '../../domain/ports/files.js'
import {moveProject} from '../../domain/project.js'
import {openChanges} from '../../domain/watched-repository.js'
import type {AgentSetUp} from '../project-commands/agent-set-up.js'
import type {MemoryGate} from '../launch/memory-gate.js'
import type {StaleLocks} from '../cleanup/stale-locks.js'
import type {Launcher} from '../launch/launcher.js'
import type {StartsUnderWay} from '../launch/starts-under-way.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface TeamStarterOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly launcher: Launcher
  readonly launching: StartsUnderWay
  readonly locks: Pick<StaleLocks, 'clearOf'>
  readonly startControl: Pick<MemoryGate, 'admit'>
  readonly agentSetUp: AgentSetUp
  readonly files: Files
  readonly ids: Ids
  readonly logger: Logger
}

/** Brings a team up: worktrees, set-up commands, agents. Done again after a crash it takes up what stands. */
export class TeamStarter {
  readonly #options: TeamStarterOptions

  constructor(options: TeamStarterOptions) {
    this.#options = options
  }

  /** From a queued project to one whose agents can be started. */
  async prepare(project: Project): Promise<void> {
    await this.#move(project, 'planning', 'the plan is approved')
    await this.#options.recorder.change(project.id, (before, now) => ({
      project: {...before, startedAt: before.startedAt ?? now},
      events: [],
    }))
    await this.#move(project, 'starting', 'the team is being started')
  }

  /** Starts agents side by side; the port gate lets bound ones through one at a time. @throws the first failure, after all have settled */
  async start(project: Project, agents: readonly Agent[], signal: AbortSignal): Promise<void> {
    const started = await Promise.allSettled(
      agents.map((agent) => this.#options.launching.during(agent.id, () => this.#startOne(project, agent, signal))),
    )
    const failed = started.find((result): result is PromiseRejectedResult => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** @returns those whose worktree somebody removed: their next start makes it again */
  async withoutWorktree(agents: readonly Agent[]): Promise<Agent[]> {
    const there = await Promise.all(agents.map(({worktree}) => this.#options.files.isFolder(worktree)))
    return agents.filter((_, index) => !there[index])
  }

  /** Makes the agent's worktree, or mends what is damaged in it. @throws ORCH_REFUSED when something else is in its place */
  async makeWorktree(project: Project, agent: Agent): Promise<void> {
    await this.#options.agentSetUp.forgetIfGone(agent)
    await this.#options.workspace.ensureWorktree({
      repository: project.repository.mainRoot,
      path: agent.worktree,
      branch: agent.branch,
      base: project.base,
      copy: project.options.copy,
      runHooks: project.options.trusted && !hooksChanged(project),
    })
  }

  async begin(project: Project): Promise<void> {
    const {ids} = this.#options
    await this.#options.recorder.change(project.id, (before, now) => {
      const checkIns = withEveryCheckIn(before, () => ids.next('s'), now)
      const events = checkIns.map(({agent, id, everyMinutes, nextAt}): DomainEvent => ({
        type: 'checkin',
        agent,
        data: {id, everyMinutes, nextAt},
      }))
      const moved = moveProject({...before, checkIns}, 'running', {source: 'orch', what: 'the team is ready', at: now})
      return {project: moved.project, events: [...moved.events, ...events]}
    })
  }

  async #startOne(project: Project, agent: Agent, signal: AbortSignal): Promise<void> {
    const {launcher} = this.#options
    await this.makeWorktree(project, agent)
    await this.#options.files.makeFolder(agent.directory)
    await this.#options.agentSetUp.complete(project, agent, signal)
    const stale = await this.#options.locks.clearOf(project, agent)
    if (stale.length > 0) this.#options.logger.warn('locks of a killed git were taken away', {agent: agent.id, stale})
    await this.#options.startControl.admit(project, agent.id, signal)
    await launcher.start(project, agent, signal)
  }

  async #move(project: Project, to: Project['state'], what: string): Promise<void> {
    await this.#options.recorder.change(project.id, (before, now) => moveProject(before, to, {source: 'orch', what, at: now}))
  }
}

/** Hooks that came or changed while the team works have no consent: git runs none until a person has looked at them. */
function hooksChanged(project: Project): boolean {
  return openChanges(project).some(({id}) => id.startsWith('files hooks/'))
}
