import type {Outline, PlanTask} from '@orch/plugin-kit'
import type {RoleDefinition} from '../model.js'
import {countWords} from '../words.js'

/** Takes any task, so it is never said to be the wrong one. */
const GENERALIST = 'developer'

/**
 * Warns of tasks that went to a role by default, while their words name a role that the team lacks.
 * @param team roles of the team with the ids of their tasks
 * @param known every role that a team could have
 * @returns a line for each pair of a role and the one that is missing
 */
export function unsuitedTasks(
  outline: Outline,
  team: readonly {readonly role: RoleDefinition; readonly tasks: readonly string[]}[],
  known: Iterable<RoleDefinition>,
): string[] {
  const missing = [...known].filter(({key, owes}) => owes !== 'nothing' && !team.some(({role}) => role.key === key))
  const tasks = new Map(outline.phases.flatMap((phase) => phase.tasks.map((task) => [task.id, task])))
  const found = new Map<string, PlanTask[]>()
  for (const {role, tasks: ids} of team.filter((each) => each.role.key !== GENERALIST)) {
    for (const task of ids.flatMap((id) => tasks.get(id) ?? [])) {
      if (countWords(role.words, task.title) > 0) continue
      const better = bestOf(missing, task)
      if (better) found.set(`${role.key} ${better.key}`, [...(found.get(`${role.key} ${better.key}`) ?? []), task])
    }
  }
  return [...found].map(([pair, unsuited]) => warning(pair.split(' ') as [string, string], unsuited))
}

function bestOf(roles: readonly RoleDefinition[], {title}: PlanTask): RoleDefinition | null {
  const ranked = roles.map((role) => ({role, words: countWords(role.words, title)})).filter(({words}) => words > 0)
  return ranked.sort((a, b) => b.words - a.words)[0]?.role ?? null
}

function warning([has, lacks]: [string, string], [first, ...others]: PlanTask[]): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return `${has} gets ${JSON.stringify(first!.title)}${more}, which is work for ${lacks}: --add-roles ${lacks} puts one into the team.`
}
