import {basename} from 'node:path'
import type {Outline, Planner} from '@orch/plugin-kit'
import {parseMarkdown} from './markdown/markdown.js'
import {outlineOf} from './outline.js'
import {titleOf} from './title.js'

/** Plans without a model: headings, lists, checkboxes and acceptance blocks of the specification become the outline. Costs nothing and never fails. */
export class OutlinePlanner implements Planner {
  readonly name = 'outline'
  readonly usesModel = false

  async unavailable(): Promise<null> {
    return null
  }

  async outline({spec, specPath, onProgress}: Parameters<Planner['outline']>[0]): Promise<Outline> {
    const outline = outlineOf(parseMarkdown(spec), spec, basename(specPath))
    const counts = {
      phases: outline.phases.length,
      tasks: outline.phases.reduce((sum, phase) => sum + phase.tasks.length, 0),
      criteria: outline.criteria.length,
      'acceptance commands': outline.acceptance.length,
    }
    onProgress(
      Object.entries(counts)
        .map(([what, count]) => `${what}: ${count}`)
        .join(', '),
    )
    return outline
  }

  title(spec: string, specPath: string): string {
    return titleOf(parseMarkdown(spec), basename(specPath))
  }
}
