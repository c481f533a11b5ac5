import type {Complexity, Outline, ProjectSize} from '@orch/plugin-kit'
import type {FoundPhase} from './phases.js'

/** Lines that a task counts for in choosing a size; a guess, so that ten tasks are a small project. It is shown to nobody. */
const LINES_PER_TASK = 45

/** The original's steps: under 500 lines small, up to 5000 medium. */
const SMALL_BELOW = 500
const MEDIUM_UP_TO = 5_000

/** Words of work that is harder than its length. */
const HARD =
  /\b(concurren\w*|distributed|real[- ]time|security|encrypt\w*|migrat\w*|replication|performance|backward compatib\w*|fault|consensus|parallel|scal(e|able|ing))\b/gi

/** How large the work is, by its tasks and by what the specification itself says of lines. Lines that it does not state are 0. */
export function sizeOf(spec: string, phases: readonly FoundPhase[], technologies: readonly string[]): Outline['size'] {
  const tasks = phases.reduce((sum, phase) => sum + phase.tasks.length, 0)
  const stated = statedLines(spec)
  return {
    size: sizeOfLines(Math.max(tasks * LINES_PER_TASK, stated)),
    estimatedLines: stated,
    complexity: complexityOf(spec, tasks, technologies),
  }
}

function sizeOfLines(lines: number): ProjectSize {
  if (lines < SMALL_BELOW) return 'small'
  return lines <= MEDIUM_UP_TO ? 'medium' : 'large'
}

/** `7000+ lines`, `12,000 LOC`: the largest, unless it is a limit (`files under 400 lines`). */
function statedLines(spec: string): number {
  let largest = 0
  for (const found of spec.slice(0, 300_000).matchAll(/(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{3,6})\+?[ -](?:lines?\b|LOC\b)([^.\n]{0,20})/gi)) {
    const before = spec.slice(Math.max(0, found.index - 25), found.index)
    const limit = /\b(under|over|below|at most|max(imum)?|no more than|less than|fewer than|limit\w*|up to|within)\W+$/i.test(before)
    if (!limit && !/\b(per|each)\b/i.test(found[2]!)) largest = Math.max(largest, Number(found[1]!.replaceAll(',', '')))
  }
  return largest
}

function complexityOf(spec: string, tasks: number, technologies: readonly string[]): Complexity {
  const hard = new Set((spec.slice(0, 300_000).match(HARD) ?? []).map((word) => word.toLowerCase())).size
  const points = Math.min(tasks / 15, 4) + Math.min(technologies.length / 3, 2) + Math.min(hard / 2, 3)
  if (points < 2) return 'low'
  return points < 5 ? 'medium' : 'high'
}
