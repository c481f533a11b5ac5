import {join} from 'node:path'
import type {Plan} from '@orch/plugin-kit'
import {coverageOf, type Coverage} from '../../domain/coverage.js'
import type {Files} from '../../domain/ports/files.js'
import type {Project} from '../../domain/model/project.js'

/** Says what speaks for the criteria and tasks of a project's plan. @returns null when the plan cannot be read */
export async function planCoverage(files: Pick<Files, 'readText'>, project: Project): Promise<Coverage | null> {
  try {
    const text = await files.readText(join(project.directory, 'plan.json'))
    return text === null ? null : coverageOf(JSON.parse(text) as Plan, project)
  } catch {
    return null
  }
}
