import {basename} from 'node:path'
import type {Outline, Planner} from '@orch/plugin-kit'
import {plural} from '../../domain/plural.js'
import type {DocumentParser} from '../../domain/text-block.js'
import {outlineOf} from './outline.js'

/** Plans without a model: headings, lists, checkboxes and acceptance blocks of the specification become the outline. Costs nothing and never fails. */
export class OutlinePlanner implements Planner {
  readonly name = 'outline'
  readonly usesModel = false
  readonly #parse: DocumentParser

  /** @param parse reads Markdown or plain text into blocks */
  constructor(parse: DocumentParser) {
    this.#parse = parse
  }

  async unavailable(): Promise<null> {
    return null
  }

  async outline({spec, specPath, onProgress}: Parameters<Planner['outline']>[0]): Promise<Outline> {
    const outline = outlineOf(this.#parse(spec), spec, basename(specPath))
    const tasks = outline.phases.reduce((sum, phase) => sum + phase.tasks.length, 0)
    const found = [
      plural(outline.phases.length, 'phase'),
      plural(tasks, 'task'),
      plural(outline.criteria.length, 'criterion', 'criteria'),
      plural(outline.acceptance.length, 'acceptance command'),
    ]
    onProgress(found.join(', '))
    return outline
  }
}
