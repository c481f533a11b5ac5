import {cut, plain, sentences} from './plain.js'
import {isPhase, isRequirements} from './section-kind.js'
import {allSections, type Section} from './sections.js'

/** Criteria a plan names at most; the specification has the rest. */
const MOST_CRITERIA = 200

/**
 * What must hold in the end: the lists under headings such as `Acceptance criteria`, or their sentences.
 * Where the author has made phases, the bullets of requirements are not tasks, so they are criteria.
 */
export function findCriteria(root: Section): string[] {
  const own = allSections(root)
    .filter(({kind}) => kind === 'criteria')
    .flatMap(statements)
  const planned = allSections(root).some(({title, kind}) => kind === 'work' && isPhase(title))
  const required = planned ? requirements(root, false) : []
  return [...new Set([...own, ...required])].slice(0, MOST_CRITERIA)
}

function statements({blocks}: Section): string[] {
  const items = blocks.flatMap((block) => (block.kind === 'item' ? [cut(block.text)] : [])).filter(isStatement)
  if (items.length > 0) return items
  return blocks.flatMap((block) => (block.kind === 'paragraph' ? sentences(block.text, block.line) : [])).map(({text}) => cut(text))
}

/** @param inside the section stands under a heading of requirements */
function requirements(section: Section, inside: boolean): string[] {
  if (section.kind !== 'work' || isPhase(section.title)) return section.level === 0 ? below(section, inside) : []
  const here = inside || isRequirements(section.title)
  const bullets = here ? section.blocks.flatMap((block) => (block.kind === 'item' && block.checked === null ? [cut(block.text)] : [])) : []
  return [...bullets.filter(isStatement), ...below(section, here)]
}

function below({children}: Section, inside: boolean): string[] {
  return children.flatMap((child) => requirements(child, inside))
}

function isStatement(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(plain(text))
}
