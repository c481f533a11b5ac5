import {join} from 'node:path'
import {OrchError, type Ids, type Workspace} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import type {Agent} from '../domain/agent.js'
import {inTurn, type Change} from '../domain/change.js'
import {rejectClaim} from '../domain/claim.js'
import type {Files} from '../domain/files.js'
import {contributors, isDispensable} from '../domain/contribution.js'
import {holds, moveMerge, type CommandEvidence, type Merge} from '../domain/merge.js'
import {moveProject, withMerge, type Project} from '../domain/project.js'
import type {Acceptance} from './acceptance.js'
import {keptEnvironment} from './kept-environment.js'
import type {Recorder} from './recorder.js'

interface VerifierOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly bus: HookBus
  readonly ids: Ids
  readonly acceptance: Acceptance
  readonly files: Files
}

/** What stood in the way, and whose it is to mend. */
interface Rejection {
  readonly agent: Agent
  readonly reason: string
  readonly kind: 'verdict' | 'conflict'
  readonly files: readonly string[]
}

/**
 * Builds the merge of all branches with commits in a scratch worktree, one after another, running the acceptance commands after each.
 * A branch of a role that owes no commits is left out where it does not fit.
 * The integration branch itself only ever moves to what was verified here.
 */
export class Verifier {
  readonly #options: VerifierOptions

  constructor(options: VerifierOptions) {
    this.#options = options
  }

  async verify(project: Project, signal: AbortSignal): Promise<void> {
    const start = project.integration.sha ?? project.base
    const scratch = join(project.directory, 'scratch')
    await this.#options.workspace.ensureScratch({repository: project.repository.mainRoot, path: scratch, at: start})
    const outcome = await this.#mergeAll(project, scratch, start, signal)
    if ('rejection' in outcome) return this.#sendBack(project.id, outcome.rejection, outcome.evidence, outcome.candidate)
    const {evidence, candidate} = outcome
    const verified = evidence.length > 0
    await this.#options.recorder.change(project.id, (before, now) =>
      moveProject(
        before,
        'merging',
        {source: 'orch', what: verified ? 'acceptance holds' : 'no acceptance command was run', at: now},
        {verification: {verified, evidence, candidate}},
      ),
    )
  }

  async #mergeAll(
    project: Project,
    scratch: string,
    start: string,
    signal: AbortSignal,
  ): Promise<{evidence: CommandEvidence[]; candidate: string} & ({rejection: Rejection} | object)> {
    const env = await keptEnvironment(this.#options.files, project)
    const debtors = project.agents.filter(({owes}) => owes === 'commits')
    const members = contributors(project.agents, await this.#withCommits(project))
    let candidate = start
    // Where no role owes commits, the commands still say how the base stands.
    let last: CommandEvidence[] = debtors.length > 0 ? [] : await this.#acceptance(project, null, scratch, env, signal)
    let blamed: Agent | null = null
    for (const agent of members) {
      // What others add does not mend it.
      if (agent.owes !== 'commits' && !holds(last)) break
      const merged = await this.#mergeOne(project, agent, scratch, candidate)
      if ('rejection' in merged) {
        if (!isDispensable(agent)) return {evidence: last, candidate, rejection: merged.rejection}
        await this.#leaveOut(project.id, {...merged.rejection, reason: `it conflicts in ${merged.rejection.files.join(', ')}`})
        continue
      }
      const held = last.length > 0 && holds(last)
      const evidence = await this.#acceptance(project, agent.role, scratch, env, signal)
      const spoilt = held && !holds(evidence)
      if (spoilt && isDispensable(agent)) {
        await this.#leaveOut(project.id, {agent, reason: describeFailure(evidence), kind: 'verdict', files: []})
        await this.#options.workspace.ensureScratch({repository: project.repository.mainRoot, path: scratch, at: candidate})
        continue
      }
      // Whoever turned a passing result into a failing one is asked first.
      if (spoilt) blamed = agent
      candidate = merged.sha
      last = evidence
    }
    if (holds(last)) return {evidence: last, candidate}
    const agent = blamed ?? debtors.find(({role}) => role === 'developer') ?? members.findLast(({owes}) => owes === 'commits')
    if (!agent)
      throw new OrchError('ORCH_REFUSED', {
        what: 'The verification',
        why: describeFailure(last),
        remedy: 'No role of this team owes commits, so nobody can mend it: add one.',
      })
    return {evidence: last, candidate, rejection: {agent, reason: describeFailure(last), kind: 'verdict', files: []}}
  }

  /** @returns ids of agents whose branch has commits that the base has not */
  async #withCommits(project: Project): Promise<ReadonlySet<string>> {
    const {workspace} = this.#options
    const repository = project.repository.mainRoot
    const found = new Set<string>()
    for (const {id, branch} of project.agents) {
      const head = await workspace.resolve(repository, `refs/heads/${branch}`)
      if (head && (await workspace.countAhead({repository, base: project.base, head})) > 0) found.add(id)
    }
    return found
  }

  /** The merge keeps the reason; the branch stays as it is. */
  async #leaveOut(projectId: string, {agent, reason, kind, files}: Rejection): Promise<void> {
    await this.#options.recorder.change(projectId, (before) => {
      const merge = before.merges.find((candidate) => candidate.agent === agent.id)!
      const moved = moveMerge(merge, faultState(kind), {sha: null, files, reason})
      return {project: withMerge(before, moved.merge), events: moved.events}
    })
  }

  async #mergeOne(project: Project, agent: Agent, scratch: string, onto: string): Promise<{sha: string} | {rejection: Rejection}> {
    const {workspace, bus, recorder} = this.#options
    const head = await workspace.resolve(project.repository.mainRoot, `refs/heads/${agent.branch}`)
    if (!head) throw new OrchError('ORCH_NOT_FOUND', {what: 'branch', name: agent.branch})
    const merge: Merge = project.merges.find((candidate) => candidate.agent === agent.id) ?? {
      agent: agent.id,
      role: agent.role,
      branch: agent.branch,
      state: 'pending',
      head: null,
      sha: null,
      files: [],
      reason: null,
    }
    await recorder.change(project.id, (before) => {
      const known = before.merges.some((candidate) => candidate.agent === agent.id)
      const current = before.merges.find((candidate) => candidate.agent === agent.id) ?? merge
      const moved = moveMerge(current, 'checking', {head, sha: null, files: [], reason: null})
      const next = known ? withMerge(before, moved.merge) : {...before, merges: [...before.merges, moved.merge]}
      return {project: next, events: moved.events}
    })
    await bus.emit('beforeMerge', {project: project.id, role: agent.role, branch: agent.branch, sha: head})
    const result = await workspace.merge({
      repository: project.repository.mainRoot,
      scratch,
      onto,
      commit: head,
      message: `Merge the work of ${agent.role}\n\nBranch ${agent.branch}, project ${project.id}.`,
    })
    if (result.outcome === 'conflicted') {
      const reason = `merging ${agent.branch} onto ${onto.slice(0, 12)} conflicts in ${result.files.join(', ')}. Merge ${onto} into your branch and resolve it there`
      return {rejection: {agent, reason, kind: 'conflict', files: result.files}}
    }
    await recorder.change(project.id, (before) => {
      const current = before.merges.find((candidate) => candidate.agent === agent.id)!
      return {project: withMerge(before, {...current, sha: result.sha}), events: []}
    })
    return {sha: result.sha}
  }

  #acceptance(
    project: Project,
    role: string | null,
    cwd: string,
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<CommandEvidence[]> {
    const {acceptance, commandTimeoutMs} = project.options
    return this.#options.acceptance.run(
      acceptance.map(({command}) => command),
      {cwd, env, timeoutMs: commandTimeoutMs, afterRole: role, signal},
    )
  }

  async #sendBack(
    projectId: string,
    {agent, reason, kind, files}: Rejection,
    evidence: readonly CommandEvidence[],
    candidate: string,
  ): Promise<void> {
    const {recorder, ids} = this.#options
    const rejection = {agent: agent.id, claimedAt: agent.claim!.at, reason, kind, messageId: ids.next('m')}
    await recorder.change(projectId, (project, now) =>
      inTurn(
        project,
        (current) => rejectClaim(current, rejection, now),
        (current) => openMerges(current, agent.id, {state: faultState(kind), files, reason}),
        (current) => {
          const evidenceOfMove = {source: 'orch', what: `the claim of ${agent.role} was rejected`, at: now} as const
          return moveProject(current, 'running', evidenceOfMove, {verification: {verified: false, evidence, candidate}})
        },
      ),
    )
  }
}

function faultState(kind: Rejection['kind']): 'conflicted' | 'rejected' {
  return kind === 'conflict' ? 'conflicted' : 'rejected'
}

/** The candidate is given up: the branch at fault says why, the others wait for the next one. */
function openMerges(
  project: Project,
  atFault: string,
  fault: {state: 'conflicted' | 'rejected'; files: readonly string[]; reason: string},
): Change {
  const moved = project.merges.map((merge) => {
    if (merge.state !== 'checking') return {merge, events: []}
    if (merge.agent !== atFault) return moveMerge(merge, 'pending', {sha: null})
    return moveMerge(merge, fault.state, {sha: null, files: fault.files, reason: fault.reason})
  })
  return {project: {...project, merges: moved.map(({merge}) => merge)}, events: moved.flatMap(({events}) => events)}
}

function describeFailure(evidence: readonly CommandEvidence[]): string {
  const failed = evidence.filter(({exitCode}) => exitCode !== 0)
  return failed
    .map(({command, exitCode, output}) => `\`${command}\` ended with ${exitCode ?? 'a signal'} on the merged work:\n${output}`)
    .join('\n')
}
