import {OrchError} from '@orch/plugin-kit'
import {spendingOf} from './budget.js'
import {unchanged, type Change} from './change.js'
import {findAgent} from './project.js'
import {isFinished} from './project-states.js'
import type {Project} from './model/project.js'

/** The bounds of a project that an agent starts. */
export interface ChildTerms {
  /** Milliseconds UTC; null: none. */
  readonly deadlineAt: number | null
  /** US dollars; null: none. */
  readonly budgetUsd: number | null
}

/** What the agent asked for. */
export interface ChildRequest extends ChildTerms {
  /** Of the start: asked twice, it is one child. */
  readonly key: string
}

/** Less is no budget anybody can work with, in US dollars. */
const LEAST_USD = 0.01

/**
 * Records that an agent starts a project, and takes the child's budget out of its parent's.
 * @throws ORCH_REFUSED for a child of a child, beyond the number granted, or when nothing is left to give
 */
export function startChild(parent: Project, agentId: string, request: ChildRequest): Change & {readonly terms: ChildTerms} {
  const {role, childProjects} = findAgent(parent, agentId)!
  const children = parent.children ?? []
  const known = children.find(({key}) => key === request.key)
  const deadlineAt = earlier(request.deadlineAt, parent.options.deadlineAt)
  if (known) return {project: parent, events: [], terms: {deadlineAt, budgetUsd: known.budgetUsd}}
  const most = childProjects?.most ?? 0
  if (isFinished(parent.state)) throw refused(role, `${parent.id} is ${parent.state}`)
  if (parent.startedBy) throw refused(role, `${parent.id} was itself started by an agent`)
  if (children.length >= most) throw refused(role, `${parent.id} may start ${most} in all and has started ${children.length}`)
  const budgetUsd = lesser(request.budgetUsd, shareOf(parent, childProjects?.budgetPercent ?? 0))
  if (budgetUsd !== null && budgetUsd < LEAST_USD) throw refused(role, `nothing is left of the budget of ${parent.id}`)
  const data = {by: {kind: 'agent', project: parent.id, agent: agentId, role}, key: request.key, deadlineAt, budgetUsd}
  return {
    project: {...parent, options: withoutShare(parent, budgetUsd), children: [...children, {key: request.key, agent: agentId, budgetUsd}]},
    events: [{type: 'project.child', agent: agentId, data}],
    terms: {deadlineAt, budgetUsd},
  }
}

/** Records which project a start became. */
export function nameChild(parent: Project, key: string, project: string): Change {
  const children = (parent.children ?? []).map((child) => (child.key === key ? {...child, project} : child))
  return {project: {...parent, children}, events: []}
}

/** Takes back a child that could not be started after all. */
export function withdrawChild(parent: Project, key: string): Change {
  const child = parent.children?.find((candidate) => candidate.key === key)
  if (!child) return unchanged(parent)
  const children = parent.children!.filter((candidate) => candidate !== child)
  const options = withoutShare(parent, child.budgetUsd === null ? null : -child.budgetUsd)
  return {project: {...parent, options, children}, events: []}
}

/** The part of what is left of the budget; null without one. */
function shareOf(parent: Project, percent: number): number | null {
  const {budget} = parent.options
  if (!budget) return null
  return (Math.max(0, budget.allowedUsd - spendingOf(parent).usd) * percent) / 100
}

function withoutShare({options}: Project, usd: number | null): Project['options'] {
  if (!options.budget || usd === null) return options
  return {...options, budget: {...options.budget, allowedUsd: options.budget.allowedUsd - usd}}
}

function earlier(a: number | null, b: number | null | undefined): number | null {
  return lesser(a, b ?? null)
}

function lesser(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

function refused(role: string, why: string): OrchError<'ORCH_REFUSED'> {
  const remedy = 'Do the work in this project, or ask a person to start another: orch ask person "…"'
  return new OrchError('ORCH_REFUSED', {what: `A project started by ${role}`, why, remedy})
}
