import type {Outline} from '../plan.js'

/** Capability `planner:<name>`: makes an outline of a specification. */
export interface Planner {
  readonly name: string
  /** A model works behind it: it costs money and time. */
  readonly usesModel: boolean
  /** @returns why it cannot be used now, or null */
  unavailable(env: Readonly<Record<string, string>>, settings: Readonly<Record<string, unknown>>): Promise<string | null>
  /**
   * @param request.spec the text, with its line ends as they are
   * @param request.onProgress is told what goes on, a line at a time
   * @throws ORCH_PLANNER_FAILED
   */
  outline(request: {
    spec: string
    specPath: string
    repository: string
    branch: string
    env: Readonly<Record<string, string>>
    /** The section of the configuration with the planner's name. */
    settings: Readonly<Record<string, unknown>>
    onProgress: (line: string) => void
    /** US dollars it may cost in all; without it the planner's own settings decide. */
    budgetUsd?: number
    /** Is told of what was spent, in US dollars, each time something was, whether or not a plan came of it. */
    onCost?: (usd: number) => void
    signal?: AbortSignal
  }): Promise<Outline>
  /**
   * What a specification calls itself, read without a model: `orch new` names the repository by it.
   * A planner that has no such method is not asked.
   */
  title?(spec: string, specPath: string): string
}
