import type {Answer, BriefingSection, Owes, Plan, PlanRole} from '@orch/plugin-kit'
import type {MergePolicy, LeftOutCommand} from '../../domain/model/project.js'

/** What the text is for; the names of the templates but for `start`, which is the role's own. */
export type BriefingKind = 'start' | 'rebrief' | 'checkin'

export interface BriefingTeamRow {
  readonly role: string
  readonly title: string
  readonly worktree: string
  readonly branch: string
  readonly owes: Owes
}

/** Everything a briefing may say. Paths are absolute and exist. */
export interface BriefingInput {
  readonly kind?: BriefingKind
  readonly project: {
    readonly id: string
    readonly name: string
    readonly repository: string
    readonly integrationBranch: string
    /** The branch the work starts from; null when it starts from a commit. */
    readonly parentBranch: string | null
    /** The commit the work starts from. */
    readonly base: string
    readonly merge: MergePolicy
    /** `--merge parent` moves the branch to a result that is not verified, too. */
    readonly unverified: boolean
  }
  /** Its commands are those that orch runs. */
  readonly plan: Plan
  /** Milliseconds an acceptance command may take. */
  readonly commandTimeoutMs: number
  /** Patterns of ignored files that were copied into the worktree. */
  readonly copied: readonly string[]
  /** File with the output of the set-up commands. */
  readonly setUpLog: string
  /** Commands of the plan that orch does not run. */
  readonly leftOut?: readonly LeftOutCommand[]
  readonly role: PlanRole
  /** What works behind the agent; `notes` are the driver's own words on its tools. */
  readonly driver: {readonly title: string; readonly usesModel: boolean; readonly notes: readonly string[]}
  readonly agent: {
    readonly id: string
    readonly worktree: string
    readonly branch: string
    /** The ports this agent may listen on, both included; null when it has none. */
    readonly portBlock: {readonly from: number; readonly to: number} | null
  }
  /** The whole team, this agent among them, in order. */
  readonly team: readonly BriefingTeamRow[]
  readonly specPath: string
  readonly planPath: string
  /** What plugins add, from the event beforeBriefing. */
  readonly sections: readonly Answer<readonly BriefingSection[]>[]
  /** Servers the agent has, with the tools that are known. */
  readonly mcpServers: readonly {readonly name: string; readonly tools: readonly string[]}[]
  readonly budgetChars?: number
}
