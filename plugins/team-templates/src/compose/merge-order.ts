import type {RoleDefinition} from '../model.js'

/**
 * Whose branches are merged before a role's, among those who are in the team: where one is missing, those it comes after stand in for it.
 * @param define any role as it is in this team, also one that is not in it
 */
export function mergedBefore(key: string, team: readonly string[], define: (key: string) => RoleDefinition | undefined): string[] {
  const before = new Set<string>()
  const seen = new Set<string>()
  const visit = (current: string): void => {
    for (const other of define(current)?.after ?? []) {
      if (team.includes(other)) before.add(other)
      else if (!seen.has(other)) {
        seen.add(other)
        visit(other)
      }
    }
  }
  visit(key)
  before.delete(key)
  return team.filter((other) => before.has(other))
}
