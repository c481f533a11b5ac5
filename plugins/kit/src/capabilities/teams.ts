/** Capability `teams`: which roles a project gets. */
import type {Authorization, HubPolicy, Outline, PlanRole, ProjectSize} from '../plan.js'

/** A folder of templates (`teams/*.yaml`, `briefings/*.md`) and whose it is; later sources override earlier ones by name. */
export interface TemplateSource {
  readonly name: string
  readonly path: string
  /** Files that link out of this folder are refused: a repository could have other files of the user printed. */
  readonly within?: string
}

export interface TeamTemplateSummary {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly file: string
  readonly roles: readonly string[]
  readonly optional: readonly string[]
}

export interface Detection {
  readonly template: string
  /** 0 to 1. */
  readonly confidence: number
  readonly why: readonly string[]
}

export const SUBSCRIPTIONS = ['pro', 'max5', 'max20', 'console'] as const
export type Subscription = (typeof SUBSCRIPTIONS)[number]

export interface CompositionRequest {
  readonly repository: string
  readonly outline: Outline
  /** `auto` or the name of a template. */
  readonly template: string
  /** Exactly these roles, plus the orchestrator; empty: chosen. */
  readonly roles: readonly string[]
  readonly addRoles: readonly string[]
  readonly maxAgents: number | null
  readonly subscription: Subscription | null
  readonly size: 'auto' | ProjectSize
}

export interface Composition {
  readonly template: string
  readonly confidence: number
  readonly why: readonly string[]
  readonly cap: number
  /** How large the team is and why, in one line; absent when a person named the roles. */
  readonly sizing?: string
  readonly roles: readonly PlanRole[]
  readonly cut: readonly string[]
  /** What a person should know of this team before it starts. */
  readonly warnings?: readonly string[]
  readonly hub?: HubPolicy
  /** Each approver is of the team, or `person`. */
  readonly authorizations?: readonly Authorization[]
}

export interface TeamCatalog {
  list(): TeamTemplateSummary[]
  /** Keys of all roles known. */
  roleKeys(): string[]
  /** The definition of a role. @throws ORCH_NOT_FOUND */
  role(key: string): PlanRole
  /** The whole template as data. @throws ORCH_NOT_FOUND */
  show(name: string): Readonly<Record<string, unknown>>
  detect(repository: string): Promise<Detection>
  /** Deterministic: the same repository and request give the same team. */
  compose(request: CompositionRequest): Promise<Composition>
  /** The text of a briefing template. @throws ORCH_NOT_FOUND */
  briefing(name: string): string
  /** Names and texts of the shared sections of briefings. */
  briefingPartials(): Readonly<Record<string, string>>
}

export interface Teams {
  /** Reads and checks every source. @throws ORCH_TEMPLATE with file and line */
  load(sources: readonly TemplateSource[]): Promise<TeamCatalog>
}
