import type {Authorization} from '@orch/plugin-kit'
import {ORCHESTRATOR, PERSON, type ResolvedTeam, type RoleDefinition} from '../model.js'

/**
 * What the template's vocabulary of authorizations and dependencies means for one role of this team, as sentences.
 * @param team the keys of all roles in the team
 */
export function dutiesOf(role: RoleDefinition, team: readonly string[], template: ResolvedTeam): string[] {
  const decisions = authorizationsOf(team, template)
  const decides = decisions
    .filter(({approver}) => approver === role.key)
    .map(({action, timeoutMinutes}) => `Decide requests to ${action} within ${timeoutMinutes} minutes.`)
  const asks = decisions
    .filter(({approver}) => approver !== role.key && role.owes === 'commits')
    .map(
      ({action, approver, timeoutMinutes}) =>
        `Ask ${approver === PERSON ? 'a person' : approver} before you ${action}; the answer is due within ${timeoutMinutes} minutes: \`orch ask --for "${action}" "…" --no-wait\`.`,
    )
  const needs = Object.entries(template.dependencies[role.key] ?? {})
    .filter(([provider]) => provider !== role.key && team.includes(provider))
    .map(([provider, things]) => `You need from ${provider}: ${things.join(', ')}.`)
  return [...decides, ...asks, ...needs]
}

/**
 * Who decides on what in this team.
 * @param team the keys of all roles in the team
 */
export function authorizationsOf(team: readonly string[], template: ResolvedTeam): Authorization[] {
  return template.authorizations.map((entry) => ({...entry, approver: deciderOf(entry.approver, team)}))
}

/** Who decides when the approver is not in the team: the project manager, else the orchestrator. */
function deciderOf(approver: string, team: readonly string[]): string {
  return [approver, 'project-manager'].find((key) => key === PERSON || team.includes(key)) ?? ORCHESTRATOR
}
