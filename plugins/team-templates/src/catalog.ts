import {
  OrchError,
  type Composition,
  type CompositionRequest,
  type Detection,
  type PlanRole,
  type TeamCatalog,
  type TeamTemplateSummary,
} from '@orch/plugin-kit'
import {composeTeam, toPlanRole} from './compose/compose.js'
import {detectTeam} from './detect/detect.js'
import {survey} from './detect/survey.js'
import type {ResolvedTeam, TemplateLibrary} from './model.js'
import {resolveTeam} from './resolve-team.js'
import {toKey} from './role-key.js'

/** The templates, roles and briefings of all sources. */
export class Catalog implements TeamCatalog {
  readonly #library: TemplateLibrary

  constructor(library: TemplateLibrary) {
    this.#library = library
  }

  list(): TeamTemplateSummary[] {
    return this.#resolved().map(({name, title, source, file, roles, optional}) => ({name, title, source, file, roles, optional}))
  }

  roleKeys(): string[] {
    return [...this.#library.roles.keys()]
  }

  role(key: string): PlanRole {
    return toPlanRole(this.#find(this.#library.roles, 'role', toKey(key)))
  }

  show(name: string): Readonly<Record<string, unknown>> {
    const {inheritedIndicators, ...own} = resolveTeam(
      this.#library.teams,
      this.#find(this.#library.teams, 'team template', toKey(name)).name,
    )
    return {...own, indicators: [...own.indicators, ...inheritedIndicators]}
  }

  async detect(repository: string): Promise<Detection> {
    return detectTeam(this.#resolved(), await survey(repository), null)
  }

  async compose(request: CompositionRequest): Promise<Composition> {
    return composeTeam(this.#library, request, await survey(request.repository))
  }

  briefing(name: string): string {
    return this.#find(this.#library.briefings, 'briefing', name)
  }

  briefingPartials(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#library.partials)
  }

  #resolved(): ResolvedTeam[] {
    return [...this.#library.teams.keys()].map((name) => resolveTeam(this.#library.teams, name))
  }

  #find<T>(among: ReadonlyMap<string, T>, what: string, name: string): T {
    const found = among.get(name)
    if (found === undefined) throw new OrchError('ORCH_NOT_FOUND', {what, name, known: [...among.keys()]})
    return found
  }
}
