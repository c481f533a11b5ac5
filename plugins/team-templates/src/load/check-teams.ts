import {PERSON, type RoleDefinition, type TeamDefinition} from '../model.js'
import {didYouMean} from '@orch/plugin-kit'
import {resolveTeam} from '../resolve-team.js'
import {keyProblem} from '../role-key.js'
import {findCycles} from './cycles.js'
import type {TeamFields} from './definitions.js'
import type {Problem} from './problem.js'
import {problemAt, unknownBriefing, unknownRole} from './references.js'
import type {ValuePath, YamlFile} from './yaml-file.js'

/** A template and the file it comes from. */
export interface LoadedTeam {
  readonly team: TeamDefinition
  readonly file: YamlFile
}

/**
 * Checks what no schema can: names, references and circles across all files.
 * @param unusable names of templates whose files have problems of their own: they may be extended, and nothing more is said of them
 */
export function checkTeams(
  loaded: ReadonlyMap<string, LoadedTeam>,
  roles: ReadonlyMap<string, RoleDefinition>,
  briefings: ReadonlyMap<string, string>,
  unusable: readonly string[],
): Problem[] {
  const problems: Problem[] = []
  for (const circle of findCycles(loaded.keys(), (name) => basesOf(loaded, name))) {
    problems.push(problemAt(loaded.get(circle[0]!)!.file, ['extends'], `extends goes round in a circle: ${circle.join(' → ')}`))
  }
  for (const entry of loaded.values()) {
    problems.push(
      ...checkNames(entry, [...loaded.keys(), ...unusable]),
      ...checkReferences(entry, roles),
      ...checkOverrides(entry, roles, briefings),
    )
  }
  if (problems.length > 0 || unusable.length > 0) return problems
  return [...loaded.values()].flatMap((entry) => checkOrder(entry, loaded, roles))
}

function basesOf(loaded: ReadonlyMap<string, LoadedTeam>, name: string): string[] {
  const base = loaded.get(name)?.team.extends
  return base && loaded.has(base) ? [base] : []
}

function checkNames({team, file}: LoadedTeam, known: readonly string[]): Problem[] {
  const wrong = keyProblem(team.name)
  const problems = wrong ? [problemAt(file, ['name'], wrong)] : []
  if (team.extends !== null && !known.includes(team.extends)) {
    const message = `extends an unknown template ${JSON.stringify(team.extends)}${didYouMean(team.extends, known)}`
    problems.push(problemAt(file, ['extends'], message))
  }
  return problems
}

function checkReferences({file}: LoadedTeam, roles: ReadonlyMap<string, RoleDefinition>): Problem[] {
  return referencesOf(file.value as TeamFields).flatMap(({path, key}) => unknownRole(file, path, key, roles))
}

/** Every place of a team file that names a role. */
function referencesOf(fields: TeamFields): {path: ValuePath; key: string}[] {
  const lists = (['roles', 'optional', 'priority'] as const).flatMap((field) =>
    (fields[field] ?? []).map((key, index) => ({path: [field, index], key})),
  )
  const overrides = Object.entries(fields.overrides ?? {}).flatMap(([key, role]) => [
    {path: ['overrides', key], key},
    ...(role.after ?? []).map((other, index) => ({path: ['overrides', key, 'after', index], key: other})),
  ])
  const approvers = (fields.authorizations ?? [])
    .map(({approver}, index) => ({path: ['authorizations', index, 'approver'], key: approver}))
    .filter(({key}) => key !== PERSON)
  const needs = Object.entries(fields.dependencies ?? {}).flatMap(([key, providers]) => [
    {path: ['dependencies', key], key},
    ...Object.keys(providers).map((provider) => ({path: ['dependencies', key, provider], key: provider})),
  ])
  const hub = typeof fields.hub === 'object' ? [{path: ['hub', 'role'], key: fields.hub.role}] : []
  return [...lists, ...overrides, ...approvers, ...needs, ...hub]
}

function checkOverrides({team, file}: LoadedTeam, roles: ReadonlyMap<string, unknown>, briefings: ReadonlyMap<string, string>): Problem[] {
  return Object.entries(team.overrides).flatMap(([key, {briefing}]) => {
    if (!roles.has(key) || briefing === undefined || briefings.has(briefing)) return []
    return [problemAt(file, ['overrides', key, 'briefing'], unknownBriefing(briefing, briefings))]
  })
}

function checkOrder(
  {team, file}: LoadedTeam,
  loaded: ReadonlyMap<string, LoadedTeam>,
  roles: ReadonlyMap<string, RoleDefinition>,
): Problem[] {
  const teams = new Map([...loaded].map(([name, entry]) => [name, entry.team]))
  const {overrides} = resolveTeam(teams, team.name)
  const changed = Object.keys(overrides).filter((key) => overrides[key]!.after)
  return findCycles(changed, (key) => overrides[key]?.after ?? roles.get(key)?.after ?? []).map((circle) =>
    problemAt(file, ['overrides', circle[0]!, 'after'], `after goes round in a circle: ${circle.join(' → ')}`),
  )
}
