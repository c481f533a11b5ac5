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
   * @param request.onProgress receives progress, one line at a time
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
    /** Receives each amount spent, in US dollars, whether or not it led to a plan. */
    onCost?: (usd: number) => void
    signal?: AbortSignal
  }): Promise<Outline>
  /**
   * What a specification calls itself, read without a model: `orch new` names the repository by it.
   * A planner that has no such method is not asked.
   */
  title?(spec: string, specPath: string): string
}
