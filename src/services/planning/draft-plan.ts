import {
  OrchError,
  type Outline,
  type Plan,
  type PlannedCommand,
  type Planner,
  type RepositoryFacts,
  type Subscription,
  type TeamCatalog,
} from '@orch/plugin-kit'
import {sectionOf, type Config} from '../../domain/config.js'
import type {Specification} from './specification.js'

/** What a person asks for, flags laid over the configuration. */
export interface PlanRequest {
  readonly specification: Specification
  readonly repository: RepositoryFacts
  readonly config: Config
  /** The kind of agent that will do the work; null when there is none. */
  readonly agent: string | null
  /** Where the configuration's commands come from, by command. */
  readonly commandOrigins: ReadonlyMap<string, PlannedCommand['origin']>
  readonly roles: readonly string[]
  readonly addRoles: readonly string[]
  readonly size: 'auto' | 'small' | 'medium' | 'large'
  readonly env: Readonly<Record<string, string>>
  readonly onProgress: (line: string) => void
  /** US dollars the plan may cost; null: as the planner's settings say. */
  readonly budgetUsd: number | null
  readonly signal?: AbortSignal
}

export interface PlanDraft {
  readonly plan: Plan
  /** US dollars it has cost; null when its planner, which uses a model, did not say. */
  readonly costUsd: number | null
}

interface PlanningOptions {
  readonly planners: ReadonlyMap<string, Planner>
}

/** Makes a plan of a specification: outline, team, commands. Nothing is started and nothing is stored. */
export class PlanDrafting {
  readonly #options: PlanningOptions

  constructor(options: PlanningOptions) {
    this.#options = options
  }

  /** @throws ORCH_PLANNER_FAILED, ORCH_NOT_FOUND for an unknown role or template */
  async draft(request: PlanRequest, catalog: TeamCatalog): Promise<PlanDraft> {
    const {specification, repository, config} = request
    requireKnown(catalog, config.team, [...request.roles, ...request.addRoles])
    const {planner, fallback} = await this.#choosePlanner(request)
    request.onProgress(`${fallback === null ? '' : `${fallback}; `}planning with ${planner.name}`)
    let costUsd = planner.usesModel ? null : 0
    const outline = await planner.outline({
      spec: specification.text,
      specPath: specification.path,
      repository: repository.root,
      branch: repository.head.kind === 'detached' ? repository.head.sha : repository.head.name,
      env: request.env,
      settings: sectionOf(config, planner.name),
      onProgress: request.onProgress,
      onCost: (usd) => (costUsd = (costUsd ?? 0) + usd),
      ...(request.budgetUsd === null ? {} : {budgetUsd: request.budgetUsd}),
      ...(request.signal ? {signal: request.signal} : {}),
    })
    const plan = await this.#compose(request, catalog, planner, outline)
    const said = fallback === null ? [] : [`${fallback}. The headings and lists of the specification were taken as its plan.`]
    return {plan: {...plan, warnings: [...said, ...plan.warnings]}, costUsd}
  }

  /** @returns the planner, and why it is not the one of the agent's model where that was tried first */
  async #choosePlanner({agent, config, env}: PlanRequest): Promise<{planner: Planner; fallback: string | null}> {
    const {planners} = this.#options
    if (config.planner !== 'auto') {
      const planner = planners.get(config.planner)
      if (!planner) throw new OrchError('ORCH_NOT_FOUND', {what: 'planner', name: config.planner, known: [...planners.keys()].sort()})
      const why = await planner.unavailable(env, sectionOf(config, planner.name))
      if (why) throw new OrchError('ORCH_PLANNER_FAILED', {planner: planner.name, why})
      return {planner, fallback: null}
    }
    // A model plans only for agents with a model: rehearsals and cautious users get the outline.
    const model = agent === null ? undefined : planners.get(agent)
    const why = model ? await model.unavailable(env, sectionOf(config, model.name)) : null
    if (model && why === null) return {planner: model, fallback: null}
    const outline = planners.get('outline')
    if (outline) return {planner: outline, fallback: model ? `the planner ${model.name} cannot be used (${why})` : null}
    if (model) throw new OrchError('ORCH_PLANNER_FAILED', {planner: model.name, why: why!})
    throw new OrchError('ORCH_NOT_FOUND', {what: 'planner', name: 'outline', known: [...planners.keys()].sort()})
  }

  async #compose(request: PlanRequest, catalog: TeamCatalog, planner: Planner, outline: Outline): Promise<Plan> {
    const {config, repository, specification} = request
    const {warnings: ofTeam = [], ...team} = await catalog.compose({
      repository: repository.root,
      outline,
      template: config.team,
      roles: request.roles,
      addRoles: request.addRoles,
      maxAgents: config.maxAgents,
      subscription: config.subscription,
      size: request.size,
    })
    const planned = (commands: readonly string[]): PlannedCommand[] =>
      commands.map((command) => ({command, origin: request.commandOrigins.get(command) ?? 'user-config'}))
    const acceptance = planned(config.acceptance)
    const fromSpec = acceptance.length > 0 ? [] : outline.acceptance.map((command): PlannedCommand => ({command, origin: 'spec'}))
    return {
      schema: 1,
      planner: planner.name,
      spec: {path: specification.path, digest: specification.digest},
      outline,
      team,
      acceptance: [...acceptance, ...fromSpec],
      setup: planned(config.setup),
      totalHours: outline.phases.every(({hours}) => hours > 0) ? round(outline.phases.reduce((sum, {hours}) => sum + hours, 0)) : 0,
      warnings: [...ofTeam, ...warningsOf(request, repository, team.roles.length, [...acceptance, ...fromSpec])],
    }
  }
}

/** Names are checked before a planner spends time and money. @throws ORCH_NOT_FOUND */
function requireKnown(catalog: TeamCatalog, template: string, roles: readonly string[]): void {
  if (template !== 'auto') catalog.show(template)
  for (const role of roles) catalog.role(role)
}

function warningsOf(request: PlanRequest, repository: RepositoryFacts, agents: number, acceptance: readonly PlannedCommand[]): string[] {
  const {config} = request
  const warnings: string[] = []
  if (config.agent !== 'rehearsal' && config.subscription === ('max5' satisfies Subscription) && agents >= 5) {
    warnings.push('Five agents and more reach the limits of max5 soon: fewer agents (--max-agents 3) or max20 last longer.')
  }
  if (repository.dirty > 0) {
    const [paths, stay] = repository.dirty === 1 ? ['path', 'stays where it is'] : ['paths', 'stay where they are']
    warnings.push(`${repository.dirty} uncommitted ${paths} in ${repository.root} ${stay}; agents start from the last commit.`)
  }
  if (repository.head.kind === 'detached') warnings.push('HEAD is detached, so there is no parent branch to merge into.')
  if (repository.shallow) warnings.push('The repository is a shallow clone: history before its edge is not there.')
  if (repository.submodules) warnings.push('Submodules are not checked out in the worktrees: a --setup command can do it.')
  if (!repository.identity && !hasIdentity(request.env))
    warnings.push('git knows no user.name here: commits of agents need one (git config user.name, user.email).')
  if (acceptance.length === 0)
    warnings.push('There is no acceptance command: the result will say verified: false. Give one with --accept "CMD".')
  return warnings
}

/** Agents get these variables, and git takes them before its configuration (git-commit-tree(1)). */
function hasIdentity(env: Readonly<Record<string, string>>): boolean {
  return ['AUTHOR', 'COMMITTER'].every((role) => env[`GIT_${role}_NAME`] && env[`GIT_${role}_EMAIL`])
}

function round(hours: number): number {
  return Math.round(hours * 10) / 10
}
