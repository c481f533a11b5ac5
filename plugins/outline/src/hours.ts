import type {TextBlock} from './markdown/text-block.js'
import {plain} from './plain.js'
import type {FoundPhase} from './phases.js'

const HOURS_PER_DAY = 8

/** Hours of a phase as its heading or a timeline of the specification says; 0 when neither does: a count of tasks tells no hours. */
export function hoursOf(phase: FoundPhase, blocks: readonly TextBlock[]): number {
  return statedHours(phase.name) ?? statedHours(timelineOf(phase.name, blocks)) ?? 0
}

/** `2-3 hours`, `4h`, `1 day`: the middle of a range, in hours. */
function statedHours(text: string): number | null {
  const found = /(?<![\w.])(\d{1,3}(?:\.\d+)?)(?:\s*[-–]\s*(\d{1,3}(?:\.\d+)?))?\s*(h|hrs?|hours?|d|days?)\b/i.exec(text)
  if (!found) return null
  const [, from, to, unit] = found
  const middle = (Number(from) + Number(to ?? from)) / 2
  const hours = /^d/i.test(unit!) ? middle * HOURS_PER_DAY : middle
  return hours > 0 ? Math.round(hours * 2) / 2 : null
}

/** The line elsewhere in the document that speaks of this phase and a time. */
function timelineOf(name: string, blocks: readonly TextBlock[]): string {
  const label = /^\w+\s+\w+/.exec(name)?.[0].toLowerCase() ?? name.toLowerCase()
  for (const block of blocks) {
    if (block.kind !== 'item' && block.kind !== 'table') continue
    const line = block.text.split('\n').find((each) => startsWithLabel(plain(each).toLowerCase(), label) && statedHours(each) !== null)
    if (line) return line
  }
  return ''
}

/** `phase 1` begins `phase 1: …`, not `phase 10: …`. */
function startsWithLabel(line: string, label: string): boolean {
  return line.startsWith(label) && !/^\w/.test(line.slice(label.length))
}
