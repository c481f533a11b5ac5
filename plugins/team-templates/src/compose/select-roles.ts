import type {CompositionRequest, Detection, Outline, ProjectSize} from '@orch/plugin-kit'
import {complexityScore, sizeOfScore} from '../detect/complexity.js'
import type {Survey} from '../detect/survey.js'
import {ORCHESTRATOR, type ResolvedTeam, type RoleDefinition} from '../model.js'
import {codingEvidence} from './coding.js'
import {TEAM_SIZE} from './cap.js'
import {tasksOf} from './assign-tasks.js'

/** Confidence above which a template's first optional roles come along unasked (the original's figure). */
const CONFIDENT = 0.8
const UNASKED = 2

/** The roles a project should have, before any cap. */
export interface Selection {
  readonly roles: readonly string[]
  /** Roles that are cut last, first to last: those a person named, then those that coding demands. */
  readonly first: readonly string[]
  readonly why: readonly string[]
}

/**
 * Chooses roles of a template: its own up to the size of the project, optional ones that have tasks or that a sure detection brings.
 * @param added roles the person asked for beside
 * @param define a role as it is in this team
 */
export function selectRoles(
  team: ResolvedTeam,
  detection: Detection,
  request: CompositionRequest,
  added: readonly string[],
  found: Survey,
  define: (key: string) => RoleDefinition | undefined,
): Selection {
  const {size, why: sizeWhy} = sizeOf(request, found)
  const coding = team.coding === 'enforce' ? codingEvidence(request.outline, found) : null
  const enforced = coding ? ['developer', 'tester'].filter((key) => define(key)) : []
  const first = unique([ORCHESTRATOR, ...added, ...enforced])
  const wanted = unique([...team.roles, ...first])
  const target = Math.max(TEAM_SIZE[size], first.length)
  const taken = rank(wanted, [...first, ...team.priority]).slice(0, target)
  const left = wanted.filter((key) => !taken.includes(key))
  const optional = optionalRoles(team, detection, request.outline, define).filter((key) => !taken.includes(key))
  const more = left.length > 0 ? [] : optional.slice(0, target - taken.length)
  const chosen = new Set([...taken, ...more])
  return {
    roles: unique([...wanted, ...more]).filter((key) => chosen.has(key)),
    first,
    why: [
      sizeWhy,
      ...(enforced.length > 0 ? [`developer and tester are in because ${coding}`] : []),
      ...(left.length > 0 ? [`left out of a ${size} team: ${left.join(', ')}`] : []),
      ...(more.length > 0 ? [`optional roles taken: ${more.join(', ')}`] : []),
    ],
  }
}

/** Orders keys by a list of who comes first; the rest keeps its order behind. */
export function rank(keys: readonly string[], order: readonly string[]): string[] {
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length + keys.indexOf(key))
  return [...keys].sort((a, b) => place(a) - place(b))
}

const SIZES: readonly ProjectSize[] = ['small', 'medium', 'large']

function sizeOf({size, outline}: CompositionRequest, found: Survey): {size: ProjectSize; why: string} {
  if (size !== 'auto') return {size, why: `size ${size}, as asked for: ${TEAM_SIZE[size]} roles`}
  const score = complexityScore(found)
  const larger = SIZES[Math.max(SIZES.indexOf(sizeOfScore(score)), SIZES.indexOf(outline.size.size))]!
  return {
    size: larger,
    why: `size ${larger}: the specification is ${outline.size.size}, the repository scores ${score} of 20: ${TEAM_SIZE[larger]} roles`,
  }
}

function optionalRoles(
  team: ResolvedTeam,
  {confidence}: Detection,
  outline: Outline,
  define: (key: string) => RoleDefinition | undefined,
): string[] {
  const busy = team.optional
    .map((key) => ({key, tasks: tasksOf(define(key), outline).length}))
    .filter(({tasks}) => tasks > 0)
    .sort((a, b) => b.tasks - a.tasks)
    .map(({key}) => key)
  return unique([...busy, ...(confidence > CONFIDENT ? team.optional.slice(0, UNASKED) : [])])
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
