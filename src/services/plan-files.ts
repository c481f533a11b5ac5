import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {messageOf, OrchError, type Plan, type SchemaValidator} from '@orch/plugin-kit'
import type {Files} from '../domain/files.js'
import {PLAN_SCHEMA} from '../domain/plan-schema.js'

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
    const path = join(this.#folder, `${digestOfPlan(plan).slice(0, 16)}.json`)
    await this.#files.writePrivate(path, `${JSON.stringify(plan, null, 2)}\n`)
    return path
  }

  /** @throws ORCH_PLAN_INVALID with what is wrong with it */
  async read(path: string): Promise<Plan> {
    const invalid = (problems: readonly string[]) => new OrchError('ORCH_PLAN_INVALID', {source: path, problems})
    const text = await this.#files.readText(path)
    if (text === null) throw invalid(['there is no such file'])
    try {
      const plan = JSON.parse(text) as Plan
      const problems = this.#schemas.check(PLAN_SCHEMA, plan)
      if (problems.length > 0) throw invalid(problems.map((problem) => `${problem.path.join('.')} ${problem.message}`))
      return plan
    } catch (error) {
      if (error instanceof SyntaxError) throw invalid([messageOf(error)])
      throw error
    }
  }
}

/** @returns SHA-256 of the plan's content in hex, however its file is laid out */
export function digestOfPlan(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex')
}
