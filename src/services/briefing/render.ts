import type {TeamCatalog} from '@orch/plugin-kit'
import {hasCode} from '@orch/plugin-kit'
import {fitSections} from './fit.js'
import type {BriefingInput, BriefingKind} from './input.js'
import {pluginSections, splitSections} from './sections.js'
import {LIST_LIMITS, SHORT_LIST_LIMITS, viewOf, type ListLimits} from './view.js'

export type {BriefingInput, BriefingKind, BriefingTeamRow} from './input.js'

/** Characters of a whole briefing: about 6,000 tokens, a small part of any model's context. */
export const DEFAULT_BUDGET_CHARS = 24_000

/** The template for every role that has none of its own. */
const GENERIC = 'generic'

/** Renders a logic-less template with plain data; values are never read as templates. */
export type RenderTemplate = (template: string, view: object, partials: Readonly<Record<string, string>>) => string

/** Writes what an agent is told at its start, at a restart, after a loss of context, and at a check-in. */
export class BriefingService {
  readonly #catalog: Pick<TeamCatalog, 'briefing' | 'briefingPartials'>
  readonly #render: RenderTemplate

  constructor(dependencies: {catalog: Pick<TeamCatalog, 'briefing' | 'briefingPartials'>; render: RenderTemplate}) {
    this.#catalog = dependencies.catalog
    this.#render = dependencies.render
  }

  /**
   * The briefing as Markdown, within `budgetChars`: where it would be longer, sections of least weight are left out and named at the end.
   * Every path in it comes from `input`; text of the specification is inserted as data.
   * @throws ORCH_TEMPLATE when a template is broken, ORCH_NOT_FOUND when not even the generic one is there
   */
  render(input: BriefingInput): string {
    const budget = input.budgetChars ?? DEFAULT_BUDGET_CHARS
    const template = this.#template(input.kind ?? 'start', input.role.briefing)
    const first = this.#attempt(template, input, budget, LIST_LIMITS)
    // Long lists are shortened only when leaving out sections is not enough.
    const chosen = first.fits ? first : this.#attempt(template, input, budget, SHORT_LIST_LIMITS)
    return chosen.text
  }

  #attempt(template: string, input: BriefingInput, budget: number, limits: ListLimits): {text: string; fits: boolean} {
    const rendered = this.#render(template, viewOf(input, limits), this.#catalog.briefingPartials())
    return fitSections([...splitSections(rendered), ...pluginSections(input.sections)], budget, input)
  }

  #template(kind: BriefingKind, role: string): string {
    if (kind !== 'start') return this.#catalog.briefing(kind)
    try {
      return this.#catalog.briefing(role)
    } catch (error) {
      if (hasCode(error, 'ORCH_NOT_FOUND') && role !== GENERIC) return this.#catalog.briefing(GENERIC)
      throw error
    }
  }
}
