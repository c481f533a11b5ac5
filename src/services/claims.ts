import {OrchError, type Workspace} from '@orch/plugin-kit'
import type {Agent} from '../domain/agent.js'
import type {Claim} from '../domain/claim.js'
import {isFinished} from '../domain/project-states.js'
import {findAgent, withAgent, type Project} from '../domain/project.js'
import type {Post} from './post.js'
import type {Recorder} from './recorder.js'

interface ClaimsOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly post: Post
}

/** Takes what agents claim, and checks what each role alone can show. */
export class Claims {
  readonly #options: ClaimsOptions

  constructor(options: ClaimsOptions) {
    this.#options = options
  }

  /** Records `orch done`. A later claim replaces an earlier one. */
  async claim(projectId: string, agentId: string, request: {message: string; evidence: readonly string[]}): Promise<void> {
    await this.#options.recorder.change(projectId, (project, now) => {
      if (isFinished(project.state))
        throw new OrchError('ORCH_CLASH', {
          what: 'The claim',
          why: `the project is ${project.state}`,
          remedy: 'There is nothing left to claim.',
        })
      const claim: Claim = {...request, at: now, verdict: 'pending', reason: null}
      const agent = findAgent(project, agentId)!
      return {
        project: withAgent(project, {...agent, claim}),
        events: [{type: 'claim', agent: agentId, data: {message: request.message, evidence: request.evidence}}],
      }
    })
  }

  /** Looks at what the agent's worktree shows. */
  async check(project: Project, agent: Agent): Promise<void> {
    const claimedAt = agent.claim!.at
    const problem = await this.#problemOf(project, agent)
    if (problem) await this.reject(project.id, agent.id, problem, claimedAt)
    else await this.#uphold(project.id, agent.id, claimedAt)
  }

  /** Sends a claim back to its agent with what orch saw. A claim made since then is left alone. */
  async reject(
    projectId: string,
    agentId: string,
    reason: string,
    claimedAt: number,
    kind: 'verdict' | 'conflict' = 'verdict',
  ): Promise<void> {
    const project = await this.#options.recorder.change(projectId, (before) => {
      const agent = findAgent(before, agentId)!
      if (agent.claim?.at !== claimedAt || agent.claim.verdict === 'rejected') return {project: before, events: []}
      const claim: Claim = {...agent.claim, verdict: 'rejected', reason}
      return {
        project: withAgent(before, {...agent, claim, rejections: agent.rejections + 1}),
        events: [{type: 'verdict', agent: agentId, data: {verdict: 'rejected', reason}}],
      }
    })
    const {claim} = findAgent(project, agentId)!
    if (claim?.at !== claimedAt || claim.verdict !== 'rejected') return
    await this.#options.post.accept(projectId, {
      from: 'orch',
      sender: 'orch',
      to: agentId,
      kind,
      text: `Your claim does not hold: ${reason}\nMend it, commit, and claim again with: orch done --message "…"`,
    })
  }

  async #uphold(projectId: string, agentId: string, claimedAt: number): Promise<void> {
    await this.#options.recorder.change(projectId, (project) => {
      const agent = findAgent(project, agentId)!
      if (agent.claim?.at !== claimedAt) return {project, events: []}
      return {
        project: withAgent(project, {...agent, claim: {...agent.claim, verdict: 'holds', reason: null}}),
        events: [{type: 'verdict', agent: agentId, data: {verdict: 'holds'}}],
      }
    })
  }

  async #problemOf(project: Project, agent: Agent): Promise<string | null> {
    if (agent.owes !== 'commits') return agent.owes === 'report' && agent.claim!.message.trim() === '' ? 'the report is empty' : null
    const facts = await this.#options.workspace.inspectWorktree({path: agent.worktree, base: project.base})
    if (facts.branch !== agent.branch) return `the worktree is on ${facts.branch ?? 'a detached HEAD'} instead of ${agent.branch}`
    const dirty = [...facts.changed, ...facts.untracked]
    if (dirty.length > 0)
      return `${dirty.length} paths are not committed: ${dirty.slice(0, 10).join(', ')}${dirty.length > 10 ? ', …' : ''}`
    if (facts.ahead.length === 0) return `there is no commit of yours on ${agent.branch}`
    return null
  }
}
