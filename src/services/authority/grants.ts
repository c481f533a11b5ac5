import type {Actor, Grant, Plan, PlanRole} from '@orch/plugin-kit'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'
import type {Approval} from '../planning/consent.js'

/** What a plan would have granted, by role, and `kept` does not. */
export function grantsLeftOut(plan: Plan, kept: Plan): {readonly role: string; readonly grants: readonly Grant[]}[] {
  return plan.team.roles.flatMap(({key, grants = []}, index) => {
    const missing = grants.filter((grant) => !kept.team.roles[index]?.grants?.includes(grant))
    return missing.length > 0 ? [{role: key, grants: missing}] : []
  })
}

/**
 * The plan with the grants that count: those a person read before approving, or of a trusted repository. An agent that starts a project
 * passes on what it has itself, except the grant to start more.
 */
export function withGrants(plan: Plan, approval: Approval, trusted: boolean, by: Actor, store: Store): Plan {
  const may = mayGrant(approval, trusted, by, store)
  const roles = plan.team.roles.map((role) => restricted(role, may))
  return {...plan, team: {...plan.team, roles}}
}

function mayGrant(approval: Approval, trusted: boolean, by: Actor, store: Store): (grant: Grant) => boolean {
  if (approval !== 'person' && !trusted) return () => false
  if (by.kind !== 'agent') return () => true
  const parent = store.project(by.project)
  const own = (parent && findAgent(parent, by.agent)?.grants) ?? []
  return (grant) => grant !== 'start-projects' && own.includes(grant)
}

function restricted({grants, childProjects, ...role}: PlanRole, may: (grant: Grant) => boolean): PlanRole {
  const kept = grants?.filter(may) ?? []
  return {
    ...role,
    ...(kept.length > 0 ? {grants: kept} : {}),
    ...(childProjects && kept.includes('start-projects') ? {childProjects} : {}),
  }
}
