import type {Authorization, ChildProjects, Grant, HubPolicy, Owes} from '@orch/plugin-kit'

/** What every team has first: the role that keeps the others at work. */
export const ORCHESTRATOR = 'orchestrator'

/** An approver that is no role. */
export const PERSON = 'person'

/** The briefing of a role that has none of its own. */
export const GENERIC_BRIEFING = 'generic'

/** A role as the files of all sources define it. */
export interface RoleDefinition {
  readonly key: string
  readonly title: string
  readonly purpose: string
  readonly responsibilities: readonly string[]
  readonly owes: Owes
  readonly after: readonly string[]
  readonly checkInMinutes: number
  readonly initialCommands: readonly string[]
  readonly briefing: string
  /** Words of a task that make it this role's; a trailing `*` stands for any ending. */
  readonly words: readonly string[]
  readonly agent: Readonly<Record<string, unknown>>
  readonly grants: readonly Grant[]
  readonly childProjects: Partial<ChildProjects>
}

/** A file or folder that speaks for a template. */
export interface Indicator {
  /** `name` or `folder/` at the root of the repository, or a file name with `*` anywhere in it. */
  readonly match: string
  readonly weight: number
}

/** What a role needs of others: provider → things. */
export type Dependencies = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** A team template as one file defines it. */
export interface TeamDefinition {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly extends: string | null
  /** Only a base for others: never detected. */
  readonly abstract: boolean
  readonly roles: readonly string[]
  readonly optional: readonly string[]
  /** Who stays when the cap is small, first to last; null: the base's. */
  readonly priority: readonly string[] | null
  readonly indicators: readonly Indicator[]
  /** Words of a specification that speak for this template when the repository says nothing. */
  readonly words: readonly string[]
  /** Whether a project that writes code gets developer and tester in any case; null: as the base says. */
  readonly coding: 'enforce' | 'ignore' | null
  readonly overrides: Readonly<Record<string, Partial<RoleDefinition>>>
  readonly authorizations: readonly Authorization[]
  readonly dependencies: Dependencies
  /** Who gets copies of what kinds of messages; `none`: nobody; null: as the base says. */
  readonly hub: HubPolicy | 'none' | null
  readonly source: string
  readonly file: string
}

/** A template with everything its bases add. */
export interface ResolvedTeam extends TeamDefinition {
  readonly priority: readonly string[]
  readonly coding: 'enforce' | 'ignore'
  /** Indicators of the bases: they count only beside own ones. */
  readonly inheritedIndicators: readonly Indicator[]
}

/** Everything the sources hold, checked. */
export interface TemplateLibrary {
  readonly roles: ReadonlyMap<string, RoleDefinition>
  readonly teams: ReadonlyMap<string, TeamDefinition>
  readonly briefings: ReadonlyMap<string, string>
  readonly partials: ReadonlyMap<string, string>
}
