import type {PlannedCommand, ProgramSetting, Authorization, ProjectState, Evidence} from '@orch/plugin-kit'
import type {HealthSettings} from './health-settings.js'
import type {MessagePolicy} from './message-policy.js'
import type {Agent} from './agent.js'
import type {Merge, CommandEvidence} from './merge.js'
import type {Message} from './message.js'
import type {CheckIn} from './check-in.js'
import type {Incident} from './incident.js'
import type {Approval} from './request.js'
import type {Baseline} from './baseline.js'
import type {Flag} from './flag.js'
import type {PluginRecord} from './plugin-record.js'
import type {LeftBehind} from '../left-behind.js'

/** Commits of a branch that are not in the result. */
export interface UnmergedWork {
  readonly agent: string
  readonly role: string
  readonly branch: string
  readonly commits: number
  readonly reason: string
}

/** What a person allows a project to cost, in US dollars. */
export interface Budget {
  /** As it was given. */
  readonly usd: number
  /** Grows by `usd` each time a person takes the project up after it was used up. */
  readonly allowedUsd: number
}

/** A command of the plan that orch does not run, and why. */
export interface LeftOutCommand extends PlannedCommand {
  readonly use: 'acceptance' | 'setup'
  readonly reason: string
}

/** Something in the person's repository that is not as it was when a project began. */
export interface RepositoryChange {
  /** Kind and name: `config core.bare`. */
  readonly id: string
  readonly what: string
  /** Command that puts it back, or shows it where none can without loss; null when it holds a secret. */
  readonly undo: string | null
  /** When it was noticed, milliseconds UTC. */
  readonly at: number
  /** Who did it, as far as it is known. */
  readonly by: string
  /** How it ended (`put back`, `accepted`); null while a person has to look at it. */
  readonly settled: string | null
}

export type MergePolicy = 'none' | 'integration' | 'parent'

export interface ProjectOptions {
  readonly merge: MergePolicy
  /** The person trusts the repository: what runs its code may run. */
  readonly trusted: boolean
  /** Programs of the repository's git configuration that may run; missing in records of before they were asked about. */
  readonly programs?: readonly ProgramSetting[]
  /** Commands a person approved, shown in the plan. */
  readonly acceptance: readonly PlannedCommand[]
  /** The acceptance commands also run on the base alone; missing in records of before there was a baseline: they do not. */
  readonly baseline?: boolean
  readonly setup: readonly PlannedCommand[]
  /** Commands of the plan that orch does not run; missing in older records. */
  readonly leftOut?: readonly LeftOutCommand[]
  /** `--merge parent` moves the branch to a result that is not verified, too. */
  readonly unverified?: boolean
  /** Patterns of ignored files copied into each worktree. */
  readonly copy: readonly string[]
  /** Milliseconds an acceptance or set-up command may take. */
  readonly commandTimeoutMs: number
  /** Milliseconds an agent may take to get ready; null: as its driver says. */
  readonly readyTimeoutMs: number | null
  /** Characters a briefing may have. */
  readonly briefingBudgetChars: number
  /** The project ends when the command that started it goes away. */
  readonly stopOnExit: boolean
  /** Missing in records of before there was any: the defaults. */
  readonly health?: HealthSettings
  /** Milliseconds UTC at which it ends, whatever it is doing; null: when it is done. */
  readonly deadlineAt: number | null
  readonly budget: Budget | null
  /** What making the plan cost in US dollars; null: its planner did not say; missing in records of before it was kept. */
  readonly plannerUsd?: number | null
  /** Section `oauth` of the configuration, validated: the contract's times are minima of it. */
  readonly oauth: Readonly<Record<string, unknown>>
  /** Sections of the configuration for agent drivers, by kind. */
  readonly drivers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Sections of the configuration for other plugins, by section; missing in records of before they were kept. */
  readonly sections?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** How its agents may talk; projects from before it was kept go by the defaults. */
  readonly messagePolicy?: MessagePolicy
  /** Who decides on what no agent may do alone, as the plan says; missing: nothing is listed. */
  readonly authorizations?: readonly Authorization[]
}

/** What an agent said about a topic last. */
export interface StatusReport {
  readonly agent: string
  readonly topic: string
  readonly status: string
  readonly at: number
}

/** Number of the shape that records have. It grows with every change of it, and a migration comes with that. */
export const STORE_SCHEMA = 3

/** One run of a specification on a repository. Small: what is large lies in files beside it. */
export interface Project {
  readonly schema: typeof STORE_SCHEMA
  /** Grows with each commit. */
  readonly revision: number
  readonly id: string
  /** Made by the caller of the start: asked twice, it is still one project. */
  readonly key: string
  readonly name: string
  /** In branch names: the name as a slug, and a part of the id. */
  readonly slug: string
  readonly state: ProjectState
  readonly reason: string | null
  readonly evidence: Evidence
  /** The state to come back to when it was set aside. */
  readonly resumeTo: ProjectState | null
  readonly spec: {readonly path: string; readonly digest: string}
  /** Its folder in orch's state: plan.json, spec.md, env.json, agents/, worktrees/. */
  readonly directory: string
  readonly repository: {readonly root: string; readonly mainRoot: string; readonly commonDir: string}
  /** The branch checked out at the start; null when HEAD was detached. */
  readonly parentBranch: string | null
  /** The commit everything starts from. */
  readonly base: string
  readonly integration: {readonly branch: string; readonly sha: string | null}
  readonly options: ProjectOptions
  /** The agent that started it; missing: a person did. */
  readonly startedBy?: {readonly project: string; readonly agent: string; readonly role: string}
  /** What its agents started, and the part of its budget that each got. */
  readonly children?: readonly {
    readonly key: string
    readonly agent: string
    readonly budgetUsd: number | null
    /** Id of the project; missing until it is started. */
    readonly project?: string
  }[]
  readonly tmux: {readonly socket: string; readonly session: string | null}
  readonly agents: readonly Agent[]
  readonly merges: readonly Merge[]
  readonly messages: readonly Message[]
  readonly checkIns: readonly CheckIn[]
  /** What is wrong now; missing in records of before there were any. */
  readonly incidents?: readonly Incident[]
  /** What the repository is compared with was taken down; missing before that and in older records. */
  readonly repositoryWatched?: boolean
  /** What changed in the person's repository while the project ran; missing in records of before it was watched. */
  readonly repositoryChanges?: readonly RepositoryChange[]
  readonly requests: readonly Approval[]
  readonly reports: readonly StatusReport[]
  /** What orch saw itself; null before the first verification. */
  readonly verification: {
    readonly verified: boolean
    readonly evidence: readonly CommandEvidence[]
    readonly candidate: string
    /** The set-up command that failed in the verification worktree. */
    readonly setUp?: CommandEvidence
  } | null
  /** What the acceptance commands say of the base alone; missing until they have run there. */
  readonly baseline?: Baseline
  /** What became of the branch that `--merge parent` was to move; missing before that and with other policies. */
  readonly parent?: {readonly branch: string; readonly moved: boolean; readonly why: string | null}
  /** What a person should look at in the result; missing before there is one. */
  readonly flags?: readonly Flag[]
  /** Commits that are not in the result, once it ends; missing before that and in older records. */
  readonly unmerged?: readonly UnmergedWork[]
  /** What agents left outside of their branches, once it ends; missing before that and in older records. */
  readonly leftBehind?: readonly LeftBehind[]
  /** What plugins keep with it, by plugin; missing until one does. */
  readonly plugins?: Readonly<Record<string, PluginRecord>>
  readonly createdAt: number
  readonly startedAt: number | null
  readonly updatedAt: number
  readonly finishedAt: number | null
}
