import {OrchError, type Composition, type CompositionRequest, type Detection, type PlanRole} from '@orch/plugin-kit'
import {detectTeam} from '../detect/detect.js'
import type {Survey} from '../detect/survey.js'
import {ORCHESTRATOR, type ResolvedTeam, type RoleDefinition, type TemplateLibrary} from '../model.js'
import {resolveTeam, roleInTeam} from '../resolve-team.js'
import {toKey} from '../role-key.js'
import {assignTasks} from './assign-tasks.js'
import {capOf, strainOf} from './cap.js'
import {authorizationsOf, dutiesOf} from './duties.js'
import {mergedBefore} from './merge-order.js'
import {rank, selectRoles, type Selection} from './select-roles.js'
import {unsuitedTasks} from './unsuited-tasks.js'

/**
 * Forms the team of a project; pure, so the same request gives the same team.
 * @param found what lies in the repository
 * @throws ORCH_NOT_FOUND for a template or role that is not known
 */
export function composeTeam(library: TemplateLibrary, request: CompositionRequest, found: Survey): Composition {
  const detection = chooseTemplate(library, request, found)
  const template = resolveTeam(library.teams, detection.template)
  const define = (key: string) => (library.roles.has(key) ? roleInTeam(library, template, key) : undefined)
  const named = knownRoles(library, request.roles)
  const added = knownRoles(library, request.addRoles)
  const selection = named.length > 0 ? exactly([...named, ...added]) : selectRoles(template, detection, request, added, found, define)
  const {cap, why: capWhy} = capOf(request)
  const byPerson = new Set([ORCHESTRATOR, ...named, ...added]).size
  const limit = request.maxAgents === null ? Math.max(cap, byPerson) : Math.max(1, cap)
  const ranked = rank(selection.roles, [...selection.first, ...template.priority])
  const cut = ranked.slice(limit).reverse()
  const keys = [ORCHESTRATOR, ...selection.roles].filter((key, index, all) => all.indexOf(key) === index && !cut.includes(key))
  const chosen = keys.map((key) => define(key)!)
  const {roles, why: workWhy} = planRoles(chosen, request, template, define)
  const warnings = unsuitedTasks(
    request.outline,
    chosen.map((role, index) => ({role, tasks: roles[index]!.tasks})),
    library.roles.values(),
  )
  return {
    template: template.name,
    confidence: detection.confidence,
    why: [
      ...detection.why,
      ...selection.why,
      capWhy,
      ...(request.maxAgents === null && byPerson > cap ? [`the roles named are more than that, and stay: they were asked for`] : []),
      ...workWhy,
      ...strainOf(keys.length, request.subscription),
    ],
    cap,
    ...(selection.sizing === null ? {} : {sizing: selection.sizing}),
    roles,
    cut,
    ...(warnings.length > 0 ? {warnings} : {}),
    ...(typeof template.hub === 'object' && template.hub !== null && keys.includes(template.hub.role) ? {hub: template.hub} : {}),
    ...(template.authorizations.length > 0 ? {authorizations: authorizationsOf(keys, template)} : {}),
  }
}

/** What the grant `start-projects` allows when the template gives no numbers: one project, with half of what is left of the budget. */
const CHILD_PROJECTS = {most: 1, budgetPercent: 50}

function chooseTemplate(library: TemplateLibrary, request: CompositionRequest, found: Survey): Detection {
  const name = toKey(request.template)
  if (name === 'auto')
    return detectTeam(
      [...library.teams.keys()].map((team) => resolveTeam(library.teams, team)),
      found,
      request.outline,
    )
  if (!library.teams.has(name)) throw new OrchError('ORCH_NOT_FOUND', {what: 'team template', name, known: [...library.teams.keys()]})
  return {template: name, confidence: 1, why: [`the template ${name} was asked for`]}
}

function knownRoles(library: TemplateLibrary, written: readonly string[]): string[] {
  const keys = [...new Set(written.map(toKey))]
  const unknown = keys.find((key) => !library.roles.has(key))
  if (unknown !== undefined) throw new OrchError('ORCH_NOT_FOUND', {what: 'role', name: unknown, known: [...library.roles.keys()]})
  return keys
}

function exactly(named: readonly string[]): Selection {
  const roles = [...new Set([ORCHESTRATOR, ...named])]
  return {roles, first: roles, sizing: null, why: [`exactly the roles asked for, with the ${ORCHESTRATOR}: ${roles.join(', ')}`]}
}

function planRoles(
  chosen: readonly RoleDefinition[],
  request: CompositionRequest,
  template: ResolvedTeam,
  define: (key: string) => RoleDefinition | undefined,
): {roles: PlanRole[]; why: string[]} {
  const workers = chosen.some(({owes}) => owes !== 'nothing')
  // Where nobody owes anything, nothing could ever be verified: the orchestrator does the work itself.
  const team = workers ? chosen : chosen.map((role) => (role.key === ORCHESTRATOR ? {...role, owes: 'commits' as const} : role))
  const keys = team.map(({key}) => key)
  const tasks = assignTasks(request.outline, team)
  const roles = team.map((role) => ({
    ...toPlanRole(role),
    responsibilities: [...role.responsibilities, ...dutiesOf(role, keys, template)],
    after: mergedBefore(role.key, keys, define),
    tasks: tasks.get(role.key) ?? [],
  }))
  return {roles, why: workers ? [] : [`no role of the team owes anything, so the ${ORCHESTRATOR} does the work itself`]}
}

/** A role as a plan holds it, without tasks. */
export function toPlanRole({
  key,
  title,
  purpose,
  responsibilities,
  owes,
  after,
  checkInMinutes,
  initialCommands,
  briefing,
  agent,
  grants,
  childProjects,
}: RoleDefinition): PlanRole {
  return {
    ...{key, title, purpose, responsibilities, owes, after, checkInMinutes, initialCommands, briefing, tasks: [], agent},
    ...(grants.length > 0 ? {grants} : {}),
    ...(grants.includes('start-projects') ? {childProjects: {...CHILD_PROJECTS, ...childProjects}} : {}),
  }
}
