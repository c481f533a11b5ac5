import type {Outline, PlanPhase} from '@orch/plugin-kit'
import type {TextBlock} from './markdown/text-block.js'
import {findAcceptance} from './acceptance.js'
import {findCriteria} from './criteria.js'
import {hoursOf} from './hours.js'
import {findPhases, joinPhases} from './phases.js'
import {cut} from './plain.js'
import {sectionsOf} from './sections.js'
import {sizeOf} from './size.js'
import {findTechnologies} from './technologies.js'
import {summaryOf, titleOf} from './title.js'

/**
 * Makes an outline of a parsed specification; pure and total.
 * @param spec the text the blocks were read from
 * @param fileName what to call a specification that does not name itself
 */
export function outlineOf(blocks: readonly TextBlock[], spec: string, fileName: string): Outline {
  const root = sectionsOf(blocks)
  const title = titleOf(blocks, fileName)
  const found = findPhases(root, title)
  const joined = joinPhases(found)
  const {names, type} = findTechnologies(spec, blocks, title)
  const note = joined.length < found.length ? ` (${found.length} sections with tasks are grouped into ${joined.length} phases.)` : ''
  let count = 0
  const phases = joined.map((phase): PlanPhase => ({
    name: phase.name,
    hours: hoursOf(phase, blocks),
    tasks: phase.tasks.map((task) => ({id: `t${++count}`, ...task})),
  }))
  return {
    title,
    summary: `${summaryOf(blocks, title)}${note}`,
    type,
    technologies: names,
    phases,
    criteria: findCriteria(root).map((text) => cut(text)),
    acceptance: findAcceptance(root),
    size: sizeOf(spec, joined, names),
  }
}
