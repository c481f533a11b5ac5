import type {Authorization} from '@orch/plugin-kit'
import {ORCHESTRATOR, type ResolvedTeam, type RoleDefinition, type TeamDefinition, type TemplateLibrary} from './model.js'

/**
 * A template with everything its bases add: roles of the base first, own values over inherited ones.
 * @param name a template of the library; its bases are known and no circle is among them (checked at load)
 */
export function resolveTeam(teams: ReadonlyMap<string, TeamDefinition>, name: string): ResolvedTeam {
  const chain = chainOf(teams, name)
  const own = chain.at(-1)!
  const roles = unique([ORCHESTRATOR, ...chain.flatMap((team) => team.roles)])
  return {
    ...own,
    roles,
    optional: unique(chain.flatMap((team) => team.optional)).filter((key) => !roles.includes(key)),
    priority: chain.findLast((team) => team.priority)?.priority ?? roles,
    coding: chain.findLast((team) => team.coding)?.coding ?? 'enforce',
    inheritedIndicators: chain.slice(0, -1).flatMap((team) => team.indicators),
    hub: chain.findLast((team) => team.hub)?.hub ?? null,
    overrides: chain.reduce((all, team) => mergeOverrides(all, team.overrides), {}),
    authorizations: mergeAuthorizations(chain),
    dependencies: Object.assign({}, ...chain.map((team) => team.dependencies)) as TeamDefinition['dependencies'],
  }
}

/** A role as it is in a team: the library's, with the team's own words over it. */
export function roleInTeam(library: TemplateLibrary, team: ResolvedTeam, key: string): RoleDefinition {
  return {...library.roles.get(key)!, ...team.overrides[key], key}
}

function chainOf(teams: ReadonlyMap<string, TeamDefinition>, name: string): TeamDefinition[] {
  const chain: TeamDefinition[] = []
  for (let next: string | null = name; next !== null;) {
    const team: TeamDefinition = teams.get(next)!
    chain.unshift(team)
    next = team.extends
  }
  return chain
}

function mergeOverrides(base: TeamDefinition['overrides'], own: TeamDefinition['overrides']): TeamDefinition['overrides'] {
  const merged = {...base}
  for (const [key, fields] of Object.entries(own)) merged[key] = {...merged[key], ...fields}
  return merged
}

function mergeAuthorizations(chain: readonly TeamDefinition[]): Authorization[] {
  const byAction = new Map(chain.flatMap((team) => team.authorizations).map((entry) => [entry.action, entry]))
  return [...byAction.values()]
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
