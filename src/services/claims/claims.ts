import {OrchError, type Ids, type Workspace} from '@orch/plugin-kit'
import {sequence, unchanged} from '../../domain/change.js'
import {rejectClaim, upholdClaim} from '../../domain/claim.js'
import {holdOf} from '../../domain/held-claim.js'
import {accept} from '../../domain/mailbox.js'
import {newMessage} from '../../domain/message.js'
import {isFinished} from '../../domain/project-states.js'
import {findAgent, withAgent} from '../../domain/project.js'
import {claimFor} from '../../domain/routing.js'
import {judgeWork, type WorkJudgement} from '../../domain/work-judgement.js'
import type {Recorder} from '../record/recorder.js'
import type {WorkLeftBehind} from '../verification/work-left-behind.js'
import type {Project} from '../../domain/model/project.js'
import type {Claim} from '../../domain/model/claim.js'
import type {Agent} from '../../domain/model/agent.js'

interface ClaimsOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly leftBehind: Pick<WorkLeftBehind, 'describe'>
  readonly ids: Ids
}

/** Takes what agents claim, and checks what each role alone can show. */
export class Claims {
  readonly #options: ClaimsOptions

  constructor(options: ClaimsOptions) {
    this.#options = options
  }

  /**
   * Records `orch done`, and passes it to the hub where the policy wants claims copied. A later claim replaces an earlier one.
   * @returns what it waits for before it is judged, in words; null when it is judged now
   */
  async claim(
    projectId: string,
    agentId: string,
    request: {message: string; evidence: readonly string[]; key?: string},
  ): Promise<string | null> {
    const {recorder, ids} = this.#options
    const after = await recorder.change(projectId, (project, now) => {
      if (isFinished(project.state))
        throw new OrchError('ORCH_CLASH', {
          what: 'The claim',
          why: `the project is ${project.state}`,
          remedy: 'There is nothing left to claim.',
        })
      const claim: Claim = {...request, at: now, verdict: 'pending', reason: null}
      const agent = findAgent(project, agentId)!
      if (request.key !== undefined && agent.claim?.key === request.key) return unchanged(project)
      const letter = claimFor(project, agent, `I claim that my work is done: ${request.message || '(no words)'}`)
      return sequence(
        project,
        (before) => ({
          project: withAgent(before, {...agent, claim}),
          events: [{type: 'claim', agent: agentId, data: {message: request.message, evidence: request.evidence}}],
        }),
        (before) => (letter ? accept(before, newMessage(ids.next('m'), letter, now)) : unchanged(before)),
      )
    })
    return holdOf(findAgent(after, agentId)!)
  }

  /** Looks at what the agent's worktree shows. */
  async check(project: Project, agent: Agent): Promise<void> {
    const claimedAt = agent.claim!.at
    const {recorder, ids, workspace} = this.#options
    // Before the look: should the branch move meanwhile, it counts as moved after it.
    const head = (await workspace.resolve(project.repository.mainRoot, `refs/heads/${agent.branch}`)) ?? undefined
    const {problems, remarks} = await this.#judge(project, agent)
    await recorder.change(project.id, (before, now) =>
      problems.length === 0
        ? upholdClaim(before, agent.id, claimedAt, {remarks, head})
        : rejectClaim(before, {agent: agent.id, claimedAt, reason: problems.join('\n'), kind: 'verdict', messageId: ids.next('m')}, now),
    )
  }

  async #judge(project: Project, agent: Agent): Promise<WorkJudgement> {
    if (agent.owes === 'commits') {
      const since = project.startedAt ?? project.createdAt
      const facts = await this.#options.workspace.inspectWork({path: agent.worktree, branch: agent.branch, base: project.base, since})
      return judgeWork(facts, agent.branch)
    }
    const problems = agent.owes === 'report' && agent.claim!.message.trim() === '' ? ['the report is empty'] : []
    return {problems, remarks: await this.#options.leftBehind.describe(project, agent)}
  }
}
