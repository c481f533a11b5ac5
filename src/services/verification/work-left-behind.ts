import {join} from 'node:path'
import {hasCode, type Clock, type Logger, type Workspace, type WorkFinding} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {isPerishable, leftWords, outsideOf, type LeftBehind} from '../../domain/left-behind.js'
import {setUpMark} from '../project-commands/set-up.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface WorkLeftBehindOptions {
  readonly workspace: Pick<Workspace, 'inspectWork' | 'isAncestor' | 'rescue'>
  readonly files: Pick<Files, 'facts'>
  readonly clock: Clock
  readonly logger: Logger
}

/** Kinds whose items are files that a set-up command may have made. */
const FILES: readonly WorkFinding['kind'][] = ['changed', 'untracked', 'hidden', 'excluded']

/** Finds and keeps what agents of any role left outside of their branches. */
export class WorkLeftBehind {
  readonly #options: WorkLeftBehindOptions

  constructor(options: WorkLeftBehindOptions) {
    this.#options = options
  }

  /** What lies around an agent's branch, in words; nothing when its worktree is gone or cannot be read. */
  async describe(project: Project, agent: Agent): Promise<string[]> {
    return leftWords(await this.#find(project, agent))
  }

  /** What each agent left, kept under a ref. What was kept before and is as it was has the same ref. */
  async keep(project: Project, base: string): Promise<LeftBehind[]> {
    const found: LeftBehind[] = []
    for (const agent of project.agents) {
      const findings = await this.#find(project, agent)
      if (findings.length === 0) continue
      const {id, role} = agent
      const at = project.leftBehind?.find((known) => known.agent === id)?.at ?? this.#options.clock.now()
      const ref = isPerishable(findings) ? await this.#rescue(project, agent, {base, at}) : null
      found.push({agent: id, role, what: leftWords(findings), ref, at})
    }
    return found
  }

  async #find(project: Project, agent: Agent): Promise<WorkFinding[]> {
    const {workspace, logger} = this.#options
    const since = project.startedAt ?? project.createdAt
    try {
      const facts = await workspace.inspectWork({path: agent.worktree, branch: agent.branch, base: project.base, since})
      const {mainRoot} = project.repository
      const isDetached = facts.branch === null && !(await workspace.isAncestor(mainRoot, facts.head, `refs/heads/${agent.branch}`))
      const head: WorkFinding[] = isDetached ? [{kind: 'left', items: [facts.head.slice(0, 12)]}] : []
      return await this.#withoutSetUp(project, agent, [...outsideOf(facts.findings), ...head])
    } catch (error) {
      // Before its first start an agent has no worktree.
      if (!hasCode(error, 'ORCH_NOT_FOUND'))
        logger.warn('what an agent left in its worktree is not known', {project: project.id, agent: agent.id, error})
      return []
    }
  }

  /** Without the files that are as the set-up commands left them. */
  async #withoutSetUp(project: Project, agent: Agent, findings: readonly WorkFinding[]): Promise<WorkFinding[]> {
    const {files} = this.#options
    const done = project.options.setup.length > 0 ? await files.facts(setUpMark(agent.directory)) : null
    if (done === null) return [...findings]
    const isOwn = async (path: string) => ((await files.facts(join(agent.worktree, path)))?.changedAt ?? Infinity) > done.changedAt
    const own: WorkFinding[] = []
    for (const {kind, items} of findings) {
      const kept: string[] = []
      for (const item of items) if (!FILES.includes(kind) || (await isOwn(item))) kept.push(item)
      if (kept.length > 0) own.push({kind, items: kept})
    }
    return own
  }

  async #rescue(project: Project, {id, role, worktree}: Agent, {base, at}: {base: string; at: number}): Promise<string | null> {
    try {
      return (await this.#options.workspace.rescue({path: worktree, base, project: project.id, role, at}))?.ref ?? null
    } catch (error) {
      this.#options.logger.warn('what an agent left could not be kept', {project: project.id, agent: id, error})
      return null
    }
  }
}
