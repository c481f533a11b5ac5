import {describeBaseline} from '../../domain/baseline.js'
import {spendingOf, type Spending} from '../../domain/budget.js'
import type {LeftBehind} from '../../domain/left-behind.js'
import type {ResultSize} from './result-size.js'
import type {RepositoryChange, Project, LeftOutCommand, UnmergedWork} from '../../domain/model/project.js'
import type {Flag} from '../../domain/model/flag.js'
import type {Baseline} from '../../domain/model/baseline.js'

/** What `orch run --wait --json` says of a project. */
export interface Outcome {
  readonly id: string
  readonly name: string
  readonly state: Project['state']
  readonly reason: string | null
  readonly verified: boolean
  readonly integrationBranch: string
  readonly integrationSha: string | null
  readonly merged: readonly {readonly role: string; readonly branch: string; readonly sha: string}[]
  /** Commands of the plan that orch did not run, and why. */
  readonly leftOut: readonly LeftOutCommand[]
  /** The branch `--merge parent` was to move; null before that and with other policies. */
  readonly parent: NonNullable<Project['parent']> | null
  /** Commits that are not in the result. */
  readonly unmerged: readonly Omit<UnmergedWork, 'agent'>[]
  /** What agents left outside of their branches, and the ref that keeps it. */
  readonly leftBehind: readonly Omit<LeftBehind, 'agent' | 'at'>[]
  /** What changed in the person's repository while the team worked, by others than orch. */
  readonly repositoryChanges: readonly RepositoryChange[]
  /** What a person should look at. */
  readonly flags: readonly Flag[]
  /** `tests`: how many it ran, by its own summary, where that is known. */
  readonly evidence: readonly {readonly command: string; readonly exitCode: number | null; readonly tests?: number}[]
  /** What the acceptance commands say of the base alone; null until they have run there, and where they do not. */
  readonly baseline: BaselineSummary | null
  /** The commit the project began from. */
  readonly base: string
  /** Milliseconds UTC; null before its start, and its end. */
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** US dollars as far as reported, and whose cost is not known; null when nobody reported any. */
  readonly cost: Spending | null
}

/** An outcome with what has to be looked up. */
export interface MeasuredOutcome extends Outcome {
  readonly size: ResultSize | null
}

/** A baseline as commands show it. */
export interface BaselineSummary {
  readonly outcome: Baseline['outcome']
  /** What fails, in one line; null when everything passes. */
  readonly failed: string | null
  /** Milliseconds UTC. */
  readonly at: number
}

export function baselineSummary({baseline}: Project): BaselineSummary | null {
  return baseline ? {outcome: baseline.outcome, failed: describeBaseline(baseline), at: baseline.at} : null
}

export function outcomeOf(project: Project): Outcome {
  const {id, name, state, reason, integration, verification} = project
  return {
    id,
    name,
    state,
    reason,
    verified: verification?.verified ?? false,
    integrationBranch: integration.branch,
    integrationSha: integration.sha,
    merged: project.merges.filter((merge) => merge.state === 'merged').map(({role, branch, sha}) => ({role, branch, sha: sha ?? ''})),
    flags: project.flags ?? [],
    leftOut: project.options.leftOut ?? [],
    parent: project.parent ?? null,
    unmerged: unmergedOf(project),
    leftBehind: leftBehindOf(project),
    repositoryChanges: project.repositoryChanges ?? [],
    evidence: (verification?.evidence ?? []).map(({command, exitCode, tests}) => ({
      command,
      exitCode,
      ...(tests === undefined ? {} : {tests}),
    })),
    baseline: baselineSummary(project),
    base: project.base,
    startedAt: project.startedAt,
    finishedAt: project.finishedAt,
    cost: costOf(project),
  }
}

function costOf(project: Project): Spending | null {
  const spending = spendingOf(project)
  return spending.usd > 0 ? spending : null
}

export function unmergedOf({unmerged = []}: Project): Outcome['unmerged'] {
  return unmerged.map(({role, branch, commits, reason}) => ({role, branch, commits, reason}))
}

export function leftBehindOf({leftBehind = []}: Project): Outcome['leftBehind'] {
  return leftBehind.map(({role, what, ref}) => ({role, what, ref}))
}
