import type {RoleDefinition} from '../model.js'
import {keyProblem, toKey} from '../role-key.js'
import {problemAt, unknownBriefing, unknownRole} from './references.js'
import {findCycles} from './cycles.js'
import {toRole, type RoleFields} from './definitions.js'
import type {Problem} from './problem.js'
import type {YamlFile} from './yaml-file.js'

/** Where a source speaks of a role. */
interface Mention {
  readonly file: YamlFile
  readonly written: string
  readonly fields: RoleFields
}

/**
 * Joins what the sources say of each role: a later source changes the fields it gives.
 * @param files the files of kind `roles`, schema-checked, in the order of their sources
 */
export function loadRoles(
  files: readonly YamlFile[],
  briefings: ReadonlyMap<string, string>,
): {roles: Map<string, RoleDefinition>; problems: Problem[]} {
  const mentions = new Map<string, Mention[]>()
  const problems: Problem[] = []
  for (const file of files) {
    for (const [written, fields] of Object.entries((file.value as {roles: Record<string, RoleFields>}).roles)) {
      const key = toKey(written)
      const earlier = mentions.get(key) ?? []
      const twin = earlier.find((mention) => mention.file.source === file.source)
      if (twin) problems.push(problemAt(file, ['roles', written], `the role ${key} is in ${twin.file.path} too`))
      mentions.set(key, [...earlier, {file, written, fields}])
    }
  }
  const roles = new Map<string, RoleDefinition>()
  for (const [key, all] of mentions) {
    problems.push(...checkComplete(key, all))
    roles.set(key, toRole(key, Object.assign({}, ...all.map(({fields}) => fields)) as RoleFields, briefings))
  }
  for (const all of mentions.values()) problems.push(...checkMentions(all, roles, briefings))
  return {roles, problems: [...problems, ...checkOrder(mentions, roles)]}
}

/** A role must be whole where it is first named. */
function checkComplete(key: string, [first]: readonly Mention[]): Problem[] {
  const {file, written, fields} = first!
  const wrong = keyProblem(key)
  const missing = (['title', 'purpose', 'owes'] as const).filter((field) => fields[field] === undefined)
  return [
    ...(wrong ? [problemAt(file, ['roles', written], wrong)] : []),
    ...missing.map((field) => problemAt(file, ['roles', written], `the role ${key} needs ${field}`)),
  ]
}

function checkMentions(
  mentions: readonly Mention[],
  roles: ReadonlyMap<string, RoleDefinition>,
  briefings: ReadonlyMap<string, string>,
): Problem[] {
  return mentions.flatMap(({file, written, fields}) => [
    ...(fields.after ?? []).flatMap((other, index) => unknownRole(file, ['roles', written, 'after', index], other, roles)),
    ...(fields.briefing !== undefined && !briefings.has(fields.briefing)
      ? [problemAt(file, ['roles', written, 'briefing'], unknownBriefing(fields.briefing, briefings))]
      : []),
  ])
}

function checkOrder(mentions: ReadonlyMap<string, readonly Mention[]>, roles: ReadonlyMap<string, RoleDefinition>): Problem[] {
  return findCycles(roles.keys(), (key) => (roles.get(key)?.after ?? []).filter((other) => roles.has(other))).map((circle) => {
    const {file, written} = mentions.get(circle[0]!)!.findLast(({fields}) => fields.after)!
    return problemAt(file, ['roles', written, 'after'], `after goes round in a circle: ${circle.join(' → ')}`)
  })
}
