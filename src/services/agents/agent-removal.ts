import {join} from 'node:path'
import {OrchError, type Actor, type Ids, type Plan, type Workspace} from '@orch/plugin-kit'
import {nameOf} from '../../domain/actor.js'
import {isAlive} from '../../domain/agent-states.js'
import {leaveTeam, teamOf} from '../../domain/leave-team.js'
import {findAgent} from '../../domain/project.js'
import {plural} from '../../domain/plural.js'
import {unchanged} from '../../domain/change.js'
import type {Files} from '../../domain/ports/files.js'
import type {Store} from '../../domain/ports/store.js'
import type {Recorder} from '../record/recorder.js'
import type {AgentStopper} from './stop-agent.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface AgentRemovalOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminator: Pick<AgentStopper, 'stop'>
  readonly workspace: Pick<Workspace, 'resolve' | 'countAhead'>
  /** Says what lies in an agent's worktree outside of its branch. */
  readonly leftBehind: {describe(project: Project, agent: Agent): Promise<string[]>}
  readonly files: Files
  readonly ids: Ids
}

/** Takes a role out of a running team, with nothing of its work lost: its branch and its worktree stay as they are. */
export class AgentRemoval {
  readonly #options: AgentRemovalOptions

  constructor(options: AgentRemovalOptions) {
    this.#options = options
  }

  /**
   * Ends an agent for good. Done again, it takes up what a supervisor that died left undone.
   * @param how.leaveWork its commits and files stay out of the result
   * @throws ORCH_REFUSED when it has work that no result holds, or nobody would be left to do any; ORCH_CLASH while it has unfinished projects
   */
  async remove(project: Project, agent: Agent, {leaveWork, by}: {leaveWork: boolean; by: Actor}): Promise<void> {
    const {recorder, terminator, ids} = this.#options
    if (agent.left === undefined) {
      requireOthers(project, agent)
      this.#requireNoProjects(project, agent)
      if (!leaveWork) await this.#requireNoWork(project, agent)
      await recorder.change(project.id, (before, now) => {
        const current = findAgent(before, agent.id)!
        return current.left === undefined ? leaveTeam(before, current, by, () => ids.next('m'), now) : unchanged(before)
      })
    }
    await this.#takeOutOfPlan(project, agent.role)
    await terminator.stop(project.id, agent.id, `${nameOf(by)} removed it from the team`, by)
  }

  /** Ends agents that were taken out of their team by a supervisor that died before it ended them. */
  async takeUp(project: Project): Promise<void> {
    const running = project.agents.filter(({left, state}) => left !== undefined && isAlive(state))
    await Promise.all(running.map(({id, left}) => this.#options.terminator.stop(project.id, id, `${left!.by} removed it from the team`)))
  }

  async #requireNoWork(project: Project, agent: Agent): Promise<void> {
    const {workspace, leftBehind} = this.#options
    const repository = project.repository.mainRoot
    const head = await workspace.resolve(repository, `refs/heads/${agent.branch}`)
    const base = project.integration.sha ?? project.base
    const commits = head === null ? 0 : await workspace.countAhead({repository, base, head})
    const work = [
      ...(commits > 0 ? [`${plural(commits, 'commit')} on ${agent.branch}`] : []),
      ...(await leftBehind.describe(project, agent)),
    ]
    if (work.length === 0) return
    throw new OrchError('ORCH_REFUSED', {
      what: `The removal of ${agent.role}`,
      why: `it has work that no result holds: ${work.join('; ')}`,
      remedy: `Wait until its work is merged, or leave it out of the result: orch agent remove ${project.id} ${agent.role} --leave-work. Branch and worktree stay either way.`,
    })
  }

  #requireNoProjects(project: Project, agent: Agent): void {
    const started = (project.children ?? []).filter((child) => child.agent === agent.id && child.project !== undefined)
    const open = started.find((child) => this.#options.store.project(child.project!) !== undefined)
    if (!open) return
    throw new OrchError('ORCH_CLASH', {
      what: `The removal of ${agent.role}`,
      why: `it has started the project ${open.project}, which is not finished`,
      remedy: `Wait for its end, or stop it: orch stop ${open.project}`,
    })
  }

  /** Briefings are written from the plan: nobody is told of a role that left. */
  async #takeOutOfPlan(project: Project, role: string): Promise<void> {
    const path = join(project.directory, 'plan.json')
    const text = await this.#options.files.readText(path)
    if (text === null) throw new OrchError('ORCH_PLAN_INVALID', {source: path, problems: ['there is no such file']})
    const plan = JSON.parse(text) as Plan
    const roles = plan.team.roles.filter(({key}) => key !== role)
    if (roles.length === plan.team.roles.length) return
    await this.#options.files.writePrivate(path, `${JSON.stringify({...plan, team: {...plan.team, roles}}, null, 2)}\n`)
  }
}

/** A team in which no role owes commits would be verified, and completed, without any work. */
function requireOthers(project: Project, {id, role, owes}: Agent): void {
  const others = teamOf(project).filter((agent) => agent.id !== id)
  if (others.length > 0 && (owes !== 'commits' || others.some((agent) => agent.owes === 'commits'))) return
  throw new OrchError('ORCH_REFUSED', {
    what: `The removal of ${role}`,
    why: others.length === 0 ? 'it is the last of the team' : 'no other role of the team owes commits',
    remedy: `Add another first: orch agent add ${project.id} ROLE. Or end the project: orch stop ${project.id}`,
  })
}
