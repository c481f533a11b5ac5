import {OrchError, type Ids, type Workspace} from '@orch/plugin-kit'
import type {Agent} from '../domain/agent.js'
import {rejectClaim, upholdClaim, type Claim} from '../domain/claim.js'
import {isFinished} from '../domain/project-states.js'
import {findAgent, withAgent, type Project} from '../domain/project.js'
import type {Recorder} from './recorder.js'

interface ClaimsOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly ids: Ids
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
    const reason = await this.#problemOf(project, agent)
    const {recorder, ids} = this.#options
    await recorder.change(project.id, (before, now) =>
      reason === null
        ? upholdClaim(before, agent.id, claimedAt)
        : rejectClaim(before, {agent: agent.id, claimedAt, reason, kind: 'verdict', messageId: ids.next('m')}, now),
    )
  }

  async #problemOf(project: Project, agent: Agent): Promise<string | null> {
    if (agent.owes !== 'commits') return agent.owes === 'report' && agent.claim!.message.trim() === '' ? 'the report is empty' : null
    const facts = await this.#options.workspace.inspectWorktree({path: agent.worktree, base: project.base})
    if (facts.branch !== agent.branch) return `the worktree is on ${facts.branch ?? 'a detached HEAD'} instead of ${agent.branch}`
    const dirty = [...facts.changed, ...facts.untracked]
    if (dirty.length > 0)
      return `${dirty.length === 1 ? 'one path is' : `${dirty.length} paths are`} not committed: ${dirty.slice(0, 10).join(', ')}${dirty.length > 10 ? ', …' : ''}`
    if (facts.ahead.length === 0) return `there is no commit of yours on ${agent.branch}`
    return null
  }
}
