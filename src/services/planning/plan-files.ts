import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {MAX_DEPTH, hasCode, isDeepValue, messageOf, OrchError, type Plan, type PlannedCommand, type SchemaValidator} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {PLAN_SCHEMA} from '../../domain/plan-schema.js'

/** Ten times the plan of a specification of 4 MB. */
const MAX_BYTES = 16 * 1024 * 1024

type Origins = ReadonlyMap<string, PlannedCommand['origin']>

/** Plans as files: a person may look at one, edit it, and have it run. */
export class PlanFiles {
  readonly #files: Files
  readonly #schemas: SchemaValidator
  readonly #folder: string

  /** @param folder where plans are kept that nobody named a file for */
  constructor({files, schemas, folder}: {files: Files; schemas: SchemaValidator; folder: string}) {
    this.#files = files
    this.#schemas = schemas
    this.#folder = folder
  }

  /** @returns the path; the same plan has the same one */
  async save(plan: Plan): Promise<string> {
    const path = this.#pathOf(plan)
    await this.#files.writePrivate(path, textOf(plan))
    return path
  }

  /**
   * Whatever a file says of the origin of its commands, one that orch did not write itself is believed nothing.
   * @param known origins of commands that flags and configuration name as well; other commands of such a file have the origin `plan-file`
   * @throws ORCH_PLAN_INVALID with what is wrong with it
   */
  async read(path: string, known: Origins = new Map()): Promise<Plan> {
    const invalid = (problems: readonly string[]) => new OrchError('ORCH_PLAN_INVALID', {source: path, problems})
    const text = await this.#files.readText(path, MAX_BYTES).catch((error: unknown) => {
      throw hasCode(error, 'ORCH_FILE') ? invalid([error.details.why]) : error
    })
    if (text === null) throw invalid(['there is no such file'])
    try {
      const plan = JSON.parse(text) as Plan
      if (isDeepValue(plan)) throw invalid([`it nests deeper than ${MAX_DEPTH} levels`])
      const saved = await this.#isSaved(plan)
      const problems = this.#schemas.check(PLAN_SCHEMA, plan)
      if (problems.length > 0) throw invalid(problems.map((problem) => `${problem.path.join('.')} ${problem.message}`))
      return saved ? plan : withOrigins(plan, known)
    } catch (error) {
      if (error instanceof SyntaxError) throw invalid([messageOf(error)])
      throw error
    }
  }

  /** Whether orch made this plan: a copy of each is kept in its own folder, by digest. */
  async #isSaved(plan: Plan): Promise<boolean> {
    const copy = await this.#files.readText(this.#pathOf(plan), MAX_BYTES)
    return copy !== null && copy === textOf(plan)
  }

  #pathOf(plan: Plan): string {
    return join(this.#folder, `${digestOfPlan(plan).slice(0, 16)}.json`)
  }
}

function withOrigins(plan: Plan, known: Origins): Plan {
  const named = ({command}: PlannedCommand): PlannedCommand => ({command, origin: known.get(command) ?? 'plan-file'})
  return {...plan, acceptance: plan.acceptance.map(named), setup: plan.setup.map(named)}
}

function textOf(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/** @returns SHA-256 of the plan's content in hex, however its file is laid out */
export function digestOfPlan(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex')
}
