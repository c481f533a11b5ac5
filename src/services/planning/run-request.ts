import type {Plan, PlannedCommand, ProgramSetting} from '@orch/plugin-kit'
import type {Config} from '../../domain/config.js'
import type {Approval} from './consent.js'

/** What a person asked for on the command line. */
export interface RunRequest {
  /** Absolute. */
  readonly spec: string
  /** Absolute; null: the repository that holds the specification, or else the one of `cwd`. */
  readonly project: string | null
  /** Where the person is, absolute; absent: unknown. */
  readonly cwd?: string
  readonly name: string | null
  readonly roles: readonly string[]
  readonly addRoles: readonly string[]
  readonly size: 'auto' | 'small' | 'medium' | 'large'
  /** Configuration keys given as flags. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly trustProject: boolean
  /** Without an agent that can do the work there is no point in a plan. */
  readonly needsAgent: boolean
  readonly env: Readonly<Record<string, string>>
  /** Made by the caller: the same start asked twice makes one project. */
  readonly key: string
  /** Absolute; null: plan anew. */
  readonly planFile: string | null
  /** Milliseconds UTC at which the project ends; null or absent: when it is done. */
  readonly deadlineAt?: number | null
  /** US dollars plan and agents may cost; null or absent: no bound. */
  readonly budgetUsd?: number | null
  /** `--merge parent` moves the branch to a result that is not verified, too. */
  readonly unverified?: boolean
}

/** A request whose plan is made. */
export interface ApprovedRun extends RunRequest {
  readonly planFile: string
  /** Digest of the plan that was shown and approved; absent: the file is taken as it is. */
  readonly planDigest?: string
  /** What the plan has cost; see PlannedRun. */
  readonly plannerUsd?: number | null
}

/** How the plan of a run was approved. */
export interface StartApproval {
  readonly by: Approval
  readonly initCommit: boolean
  readonly stopOnExit: boolean
  /** A new project, though one of this specification is unfinished. */
  readonly fresh: boolean
}

/** A plan as a person is asked to approve it, with what it would be run with. */
export interface PlannedRun {
  readonly plan: Plan
  readonly planFile: string
  readonly planDigest: string
  readonly repository: {readonly root: string; readonly branch: string; readonly unborn: boolean}
  /** US dollars the plan has cost; null when its planner did not say. */
  readonly plannerUsd: number | null
  /** The agents use a model, which costs. */
  readonly usesModel: boolean
  /** null: no agent can be used here. */
  readonly agent: string | null
  readonly merge: Config['merge']
  /** See RunRequest. */
  readonly unverified: boolean
  readonly trusted: boolean
  /** Commands that `--yes` alone would leave out. */
  readonly needTrust: readonly PlannedCommand[]
  /** Programs that the repository's git configuration names; without trust git does not run them for orch. */
  readonly programs: readonly ProgramSetting[]
  readonly warnings: readonly string[]
}
