import type {Outline, PlanTask} from '@orch/plugin-kit'
import {ORCHESTRATOR, type RoleDefinition} from '../model.js'
import {countWords} from '../words.js'

/** The tasks whose words are a role's. */
export function tasksOf(role: RoleDefinition | undefined, outline: Outline): PlanTask[] {
  if (!role || role.words.length === 0) return []
  return allTasks(outline).filter(({title}) => countWords(role.words, title) > 0)
}

/**
 * Gives each task to the role with most words in it; of equals a specialist before the role that takes what nobody claims, then in order of the team.
 * @param roles the team in order; those that owe nothing get tasks only when no other can
 * @returns ids of tasks by role key; every task is in exactly one list
 */
export function assignTasks(outline: Outline, roles: readonly RoleDefinition[]): Map<string, string[]> {
  const assigned = new Map(roles.map(({key}) => [key, [] as string[]]))
  const fallback = fallbackOf(roles)
  const specialists = roles.filter((role) => role.owes !== 'nothing' && role !== fallback)
  for (const {id, title} of allTasks(outline)) {
    let best = {role: fallback, words: countWords(fallback.words, title)}
    for (const role of specialists) {
      const words = countWords(role.words, title)
      if (words > best.words || (words > 0 && words === best.words && best.role === fallback)) best = {role, words}
    }
    assigned.get(best.role.key)!.push(id)
  }
  return assigned
}

/** Who takes what nobody claims: the developer, else the first that owes commits, else the first that owes a report, else the orchestrator. */
function fallbackOf(roles: readonly RoleDefinition[]): RoleDefinition {
  return (
    roles.find(({key, owes}) => key === 'developer' && owes === 'commits') ??
    roles.find(({key, owes}) => owes === 'commits' && key !== ORCHESTRATOR) ??
    roles.find(({owes}) => owes === 'commits') ??
    roles.find(({owes}) => owes === 'report') ??
    roles[0]!
  )
}

/** Every task of an outline, in order. */
export function allTasks({phases}: Outline): PlanTask[] {
  return phases.flatMap(({tasks}) => [...tasks])
}
