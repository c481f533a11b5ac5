import type {BriefingInput} from './input.js'
import {INDISPENSABLE, type Section} from './sections.js'

/**
 * Puts sections together within a budget: the lightest are left out first, of equals the last; a closing line says which and where the rest is.
 * @param budget characters
 * @returns `fits` is false when even the indispensable ones are too long; the text is then cut at the budget
 */
export function fitSections(
  sections: readonly Section[],
  budget: number,
  where: Pick<BriefingInput, 'specPath' | 'planPath'>,
): {text: string; fits: boolean} {
  let kept = sections.filter(({text}) => text !== '')
  const left: Section[] = []
  for (;;) {
    const whole = join(kept, left, where)
    if (whole.length <= budget) return {text: whole, fits: true}
    const lightest = kept.reduce<Section | null>(
      (least, next) => (next.weight < INDISPENSABLE && (!least || next.weight <= least.weight) ? next : least),
      null,
    )
    if (!lightest) return {text: cutAt(whole, budget, where), fits: false}
    kept = kept.filter((section) => section !== lightest)
    left.push(lightest)
  }
}

function join(kept: readonly Section[], left: readonly Section[], where: Pick<BriefingInput, 'specPath' | 'planPath'>): string {
  const closing = left.length === 0 ? [] : [`Left out for length: ${left.map(({title}) => title).join('; ')}. ${readTheRest(where)}`]
  return `${[...kept.map(({text}) => text), ...closing].join('\n\n')}\n`
}

function cutAt(whole: string, budget: number, where: Pick<BriefingInput, 'specPath' | 'planPath'>): string {
  const closing = `\n\nCut here for length. ${readTheRest(where)}\n`
  const rest = whole.slice(0, Math.max(0, budget - closing.length))
  return `${rest.slice(0, Math.max(rest.lastIndexOf('\n'), 0)).trimEnd()}${closing}`
}

function readTheRest({specPath, planPath}: Pick<BriefingInput, 'specPath' | 'planPath'>): string {
  return `Read the rest in the plan ${planPath} and the specification ${specPath}.`
}
