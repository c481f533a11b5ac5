import type {CompositionRequest, Detection, Outline, ProjectSize} from '@orch/plugin-kit'
import {complexityScore, sizeOfScore} from '../detect/complexity.js'
import type {Survey} from '../detect/survey.js'
import {ORCHESTRATOR, type ResolvedTeam, type RoleDefinition} from '../model.js'
import {codingEvidence} from './coding.js'
import {TEAM_SIZE} from './cap.js'
import {allTasks, tasksOf} from './assign-tasks.js'

/** Confidence above which a template's first optional roles come along unasked (the original's figure). */
const CONFIDENT = 0.8
const UNASKED = 2
/** Open tasks up to which a specification is a small job, however large the repository is. */
const FEW_TASKS = 5

/** The roles a project should have, before any cap. */
export interface Selection {
  readonly roles: readonly string[]
  /** Roles that are cut last, first to last: those a person named, then those that coding demands. */
  readonly first: readonly string[]
  /** How large the team is and why, in one line; null when a person named the roles. */
  readonly sizing: string | null
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
  if (size === 'small') return smallTeam(makerOf(team, request.outline, coding, define), added, `small: ${sizeWhy}`, coding)
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
    sizing: `${size}: ${sizeWhy}; --size small for one role beside the ${ORCHESTRATOR}`,
    why: [
      `size ${size}: ${sizeWhy}: ${TEAM_SIZE[size]} roles`,
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
  if (size !== 'auto') return {size, why: 'as asked for'}
  const open = allTasks(outline).filter(({done}) => !done).length
  if (open <= FEW_TASKS && outline.size.size === 'small' && outline.size.complexity !== 'high') {
    return {size: 'small', why: `the specification has ${open} ${open === 1 ? 'task' : 'tasks'}`}
  }
  const score = complexityScore(found)
  const larger = SIZES[Math.max(SIZES.indexOf(sizeOfScore(score)), SIZES.indexOf(outline.size.size))]!
  return {size: larger, why: `the specification is ${outline.size.size}, the repository scores ${score} of 20`}
}

/** The role that does a small job: the developer where code is written, else the one with most of the tasks among those that owe commits. */
function makerOf(
  team: ResolvedTeam,
  outline: Outline,
  coding: string | null,
  define: (key: string) => RoleDefinition | undefined,
): string | null {
  if (coding && define('developer')) return 'developer'
  const makers = [...team.roles, ...team.optional].filter((key) => key !== ORCHESTRATOR && define(key)?.owes === 'commits')
  const count = (key: string) => tasksOf(define(key), outline).length
  return [...makers].sort((a, b) => count(b) - count(a))[0] ?? null
}

function smallTeam(maker: string | null, added: readonly string[], sizeWhy: string, coding: string | null): Selection {
  const first = unique([ORCHESTRATOR, ...(maker ? [maker] : []), ...added])
  return {
    roles: first,
    first,
    sizing: `small: one ${maker ?? ORCHESTRATOR}; --size medium for more`,
    why: [`size ${sizeWhy}: one ${maker ?? ORCHESTRATOR}`, ...(maker && coding ? [`${maker} is in because ${coding}`] : [])],
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
