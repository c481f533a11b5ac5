import type {ChildProjects, Grant} from './authority.js'
import type {Owes} from './vocabulary.js'

/** A piece of work of a phase. */
export interface PlanTask {
  readonly id: string
  readonly title: string
  /** Ticked off in the specification already. */
  readonly done: boolean
  /** Line of the specification it comes from, 1-based; null when a model wrote it. */
  readonly line: number | null
}

export interface PlanPhase {
  readonly name: string
  /** 0: unknown. */
  readonly hours: number
  readonly tasks: readonly PlanTask[]
}

export type ProjectSize = 'small' | 'medium' | 'large'
export type Complexity = 'low' | 'medium' | 'high'

/** What a planner makes of a specification; the team is chosen from it afterwards. */
export interface Outline {
  readonly title: string
  readonly summary: string
  readonly type: string
  readonly technologies: readonly string[]
  readonly phases: readonly PlanPhase[]
  readonly criteria: readonly string[]
  /** Commands the specification names as its acceptance test; run only with consent. */
  readonly acceptance: readonly string[]
  /** `estimatedLines` 0: unknown. */
  readonly size: {readonly size: ProjectSize; readonly estimatedLines: number; readonly complexity: Complexity}
}

/** A role of a plan: the template's role merged with the specification. */
export interface PlanRole {
  /** Kebab-case key: branch, folder, window and JSON name. */
  readonly key: string
  readonly title: string
  readonly purpose: string
  readonly responsibilities: readonly string[]
  readonly owes: Owes
  /** Roles whose branches are merged before this one. */
  readonly after: readonly string[]
  readonly checkInMinutes: number
  readonly initialCommands: readonly string[]
  /** The briefing template, by name. */
  readonly briefing: string
  /** Ids of the tasks assigned to it. */
  readonly tasks: readonly string[]
  /** Options for the role's agent driver (model, permission mode, …), by driver kind. */
  readonly agent: Readonly<Record<string, unknown>>
  /** What it may do beyond its own work. Absent: nothing. */
  readonly grants?: readonly Grant[]
  /** With the grant `start-projects`: how much. */
  readonly childProjects?: ChildProjects
}

/** Something orch would run itself, and who said so. */
export interface PlannedCommand {
  readonly command: string
  readonly origin: 'flag' | 'user-config' | 'project-config' | 'spec' | 'template' | 'plan-file'
}

/** Hub and spoke: the role that gets copies of what others say, by the kind of message, never by its words. */
export interface HubPolicy {
  readonly role: string
  /** `text`, `question`, `answer`, `approval` or `claim`. */
  readonly copies: readonly string[]
}

/** Who decides on an action that others must not take alone. */
export interface Authorization {
  readonly action: string
  /** Role, or `person`. */
  readonly approver: string
  readonly timeoutMinutes: number
  /** What counts when no answer comes in time: `approve`, `deny` or words; absent: the next in line is asked. */
  readonly default?: string
}

/** The whole plan a person approves. Saved as JSON, reusable with `--plan-file`. */
export interface Plan {
  readonly schema: 1
  readonly planner: string
  /** The text it was made for: SHA-256 of it, in hex. Absent in plans of earlier versions. */
  readonly spec?: {readonly path: string; readonly digest: string}
  readonly outline: Outline
  readonly team: {
    readonly template: string
    readonly confidence: number
    readonly why: readonly string[]
    readonly cap: number
    /** How large the team is and why, in one line. Absent: a person named the roles. */
    readonly sizing?: string
    readonly roles: readonly PlanRole[]
    /** Roles the cap cut, in the order they were cut. */
    readonly cut: readonly string[]
    /** Absent: no copies are made. */
    readonly hub?: HubPolicy
    /** Each approver is of the team, or `person`. Absent: none. */
    readonly authorizations?: readonly Authorization[]
  }
  readonly acceptance: readonly PlannedCommand[]
  readonly setup: readonly PlannedCommand[]
  /** 0: not every phase says its hours. */
  readonly totalHours: number
  readonly warnings: readonly string[]
}
