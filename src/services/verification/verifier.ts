import {OrchError, type Ids, type Workspace} from '@orch/plugin-kit'
import {describeBaseline, faultOf, faultOfSetUp, type Fault} from '../../domain/baseline.js'
import {sequence, type Change} from '../../domain/change.js'
import {rejectClaim} from '../../domain/claim.js'
import {contributors, isDispensable} from '../../domain/contribution.js'
import {moveMerge} from '../../domain/merge.js'
import {moveProject} from '../../domain/project.js'
import type {Recorder} from '../record/recorder.js'
import type {Baselines} from './baselines.js'
import {objected, type CandidateMerges, type Objection} from './candidate-merges.js'
import {describeFailure} from './failure-text.js'
import {reopenMoved} from './moved-branches.js'
import {passes, type Checked, type VerificationTree} from './verification-tree.js'
import type {Project} from '../../domain/model/project.js'
import type {Baseline} from '../../domain/model/baseline.js'
import type {Agent} from '../../domain/model/agent.js'

interface VerifierOptions {
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly ids: Ids
  readonly merges: CandidateMerges
  readonly tree: VerificationTree
  readonly baselines: Pick<Baselines, 'settled'>
}

/** The merge of all that was claimed, and what it showed. */
interface Candidate {
  readonly sha: string
  readonly checked: Checked
  /** A branch that cannot be merged. */
  readonly conflict: Objection | null
  /** Whose merge made a passing result fail. */
  readonly spoiler: Agent | null
  /** Whose merge last changed what the set-up depends on. */
  readonly changer: Agent | null
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
    const {tree} = this.#options
    if (await reopenMoved(this.#options, project)) return
    const start = project.integration.sha ?? project.base
    const candidate = await tree.use(project, start, signal, () => this.#candidate(project, start, signal))
    if (candidate.conflict) return this.#sendBack(project, candidate, candidate.conflict)
    if (!passes(candidate.checked)) return this.#judge(project, candidate, signal)
    if (await reopenMoved(this.#options, project)) return
    await this.#record(project.id, candidate)
  }

  async #candidate(project: Project, start: string, signal: AbortSignal): Promise<Candidate> {
    const candidate = await this.#mergeAll(project, start, signal)
    const isPassing = candidate.conflict === null && passes(candidate.checked)
    // Another process may have written there since the last command was looked at.
    if (isPassing) await this.#options.tree.requireUnchanged(project, candidate.sha)
    return candidate
  }

  async #mergeAll(project: Project, start: string, signal: AbortSignal): Promise<Candidate> {
    const {merges, tree} = this.#options
    const hasDebtors = project.agents.some(({owes}) => owes === 'commits')
    let sha = start
    // Where no role owes commits, the commands still say how the base stands.
    let checked = hasDebtors ? await this.#nothingChecked(project, start) : await tree.check(project, start, null, signal)
    let [spoiler, changer]: [Agent | null, Agent | null] = [null, null]
    for (const agent of contributors(project.agents, await merges.withCommits(project))) {
      // What others add does not mend it.
      if (agent.owes !== 'commits' && !passes(checked)) break
      const merged = await merges.add(project, agent, tree, sha)
      if ('objection' in merged) {
        const {objection} = merged
        if (!isDispensable(agent)) return {sha, checked, conflict: objection, spoiler, changer}
        await merges.leaveOut(project.id, {...objection, reason: `it conflicts in ${objection.files.join(', ')}`})
        continue
      }
      const next = await tree.check(project, merged.sha, agent.role, signal)
      const isSpoilt = checked.evidence.length > 0 && passes(checked) && !passes(next)
      if (isSpoilt && isDispensable(agent)) {
        await merges.leaveOut(project.id, {agent, reason: describeFailure(next), kind: 'verdict', files: []})
        await tree.reset(project, sha)
        continue
      }
      // The role that turned a passing result into a failing one is asked first.
      if (isSpoilt) spoiler = agent
      if (next.inputs !== checked.inputs) changer = agent
      sha = merged.sha
      checked = next
    }
    return {sha, checked, conflict: null, spoiler, changer}
  }

  async #nothingChecked(project: Project, at: string): Promise<Checked> {
    const inputs = project.options.acceptance.length === 0 ? '' : await this.#options.tree.inputs(project, at)
    return {evidence: [], setUp: null, inputs}
  }

  /** Finds out whose fault a failing result is, which takes what the base shows. */
  async #judge(project: Project, candidate: Candidate, signal: AbortSignal): Promise<void> {
    const {tree, baselines} = this.#options
    const {checked, spoiler, changer} = candidate
    const baseline = await baselines.settled(project.id, signal)
    const hasNewInputs = checked.inputs !== (await tree.inputs(project, project.base))
    const fault: Fault = checked.setUp
      ? faultOfSetUp(checked.setUp, hasNewInputs, baseline)
      : // What passed with the work of others cannot be the fault of the base.
        spoiler
        ? {at: 'work'}
        : faultOf(checked.evidence, baseline)
    if (fault.at === 'environment') return this.#block(project, candidate, fault.reason)
    const debtors = project.agents.filter(({owes}) => owes === 'commits')
    const agent = (checked.setUp ? changer : spoiler) ?? debtors.find(({role}) => role === 'developer') ?? debtors.at(-1)
    if (!agent)
      throw new OrchError('ORCH_REFUSED', {
        what: 'The verification',
        why: describeFailure(checked),
        remedy: 'No role of this team owes commits, so no agent can fix it: add one.',
      })
    const reason = describeFailure(checked) + (fault.at === 'base' ? `\n${aboutBase(baseline)}` : '')
    await this.#sendBack(project, candidate, {agent, reason, kind: 'verdict', files: []}, fault.at === 'base')
  }

  async #record(projectId: string, {sha, checked}: Candidate): Promise<void> {
    const {evidence} = checked
    const verified = evidence.length > 0
    await this.#options.recorder.change(projectId, (before, now) =>
      moveProject(
        before,
        'merging',
        {source: 'orch', what: verified ? 'acceptance holds' : 'no acceptance command was run', at: now},
        {verification: {verified, evidence, candidate: sha}},
      ),
    )
  }

  /** Nobody's claim is rejected for it: a person has to look at the environment. */
  async #block(project: Project, candidate: Candidate, reason: string): Promise<void> {
    const text = `the verification cannot succeed here, and no work of an agent can fix it: ${reason}. Make the command succeed on the base ${project.base.slice(0, 12)} in this environment, then: orch resume ${project.id}`
    await this.#options.recorder.change(project.id, (before, now) =>
      moveProject(
        before,
        'blocked',
        {source: 'orch', what: 'blocked', at: now},
        {reason: text, resumeTo: 'verifying', verification: toVerification(candidate)},
      ),
    )
  }

  async #sendBack(project: Project, candidate: Candidate, {agent, reason, kind, files}: Objection, forBase = false): Promise<void> {
    const {recorder, ids} = this.#options
    const rejection = {agent: agent.id, claimedAt: agent.claim!.at, reason, kind, forBase, messageId: ids.next('m')}
    await recorder.change(project.id, (before, now) =>
      sequence(
        before,
        (current) => rejectClaim(current, rejection, now),
        (current) => openMerges(current, agent.id, {state: objected(kind), files, reason}),
        (current) => {
          const evidence = {source: 'orch', what: `the claim of ${agent.role} was rejected`, at: now} as const
          return moveProject(current, 'running', evidence, {verification: toVerification(candidate)})
        },
      ),
    )
  }
}

function toVerification({sha, checked: {evidence, setUp}}: Candidate): Project['verification'] {
  return {verified: false, evidence, candidate: sha, ...(setUp ? {setUp} : {})}
}

function aboutBase(baseline: Baseline | null): string {
  const what = baseline === null ? null : describeBaseline(baseline)
  return `Before any work, on the base, ${what ?? 'it failed too'}: this return does not count as a rejection.`
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
