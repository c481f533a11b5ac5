import {
  hasCode,
  type Actor,
  type AgentDriver,
  type Plan,
  type TeamCatalog,
  type TemplateSource,
  type Teams,
  type Workspace,
  type RepositoryFacts,
} from '@orch/plugin-kit'
import {sectionOf, type Config} from '../../domain/config.js'
import type {Files} from '../../domain/ports/files.js'
import {leftOutOf} from '../../domain/left-out.js'
import type {Store} from '../../domain/ports/store.js'
import type {ProjectCreation} from './create-project.js'
import {grantsLeftOut, withGrants} from '../authority/grants.js'
import {passedEnvironment} from '../launch/agent-environment.js'
import type {ConfigLayers, ResolvedConfig} from '../configuration/config-layers.js'
import {consentTo} from '../planning/consent.js'
import {oauthPool} from '../oauth/port-pool.js'
import {digestOfPlan, type PlanFiles} from '../planning/plan-files.js'
import type {PlanDrafting} from '../planning/draft-plan.js'
import type {Preflight} from '../planning/preflight.js'
import type {ApprovedRun, PlannedRun, RunRequest, StartApproval} from '../planning/run-request.js'
import type {ProgramConsent} from '../repository-watch/program-consent.js'
import {repositoryWarnings} from '../repository-watch/repository-warnings.js'
import type {RepositoryWatch} from '../repository-watch/repository-watch.js'
import type {ProjectRunner} from './project-runner.js'
import {aroundWarnings, repositoryOf} from '../planning/repository-of.js'
import {requireApproved, requireSameText} from '../planning/approved-text.js'
import {readSpecification, type Specification} from '../planning/specification.js'
import type {Project, Budget} from '../../domain/model/project.js'

interface IntakeOptions {
  readonly planning: PlanDrafting
  readonly preflight: Preflight
  readonly admission: ProjectCreation
  readonly runner: ProjectRunner
  readonly store: Store
  readonly layers: ConfigLayers
  readonly trust: {has(repository: RepositoryFacts): Promise<boolean>; add(repository: RepositoryFacts): Promise<void>}
  readonly repositories: Pick<RepositoryWatch, 'begin'>
  readonly programs: Pick<ProgramConsent, 'apply'>
  readonly teams: Teams
  readonly templateSources: (projectFolder: string | null) => Promise<readonly TemplateSource[]>
  readonly workspace: Workspace
  readonly files: Files
  readonly plans: PlanFiles
  /** Resolves when no agent is starting. */
  readonly quiet: () => Promise<void>
  readonly driverSections: readonly string[]
  /** Sections of all plugins. */
  readonly pluginSections: readonly string[]
  /** Throws for a command that orch cannot run without a shell. */
  readonly split: (command: string) => readonly string[]
}

/** What a request is about, looked up once. */
interface Situation {
  readonly specification: Specification
  readonly repository: RepositoryFacts
  readonly resolved: ResolvedConfig
  readonly trusted: boolean
}

/** From a command line to a plan a person can read, and from an approved plan to a running project. */
export class Intake {
  readonly #options: IntakeOptions

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  async plan(request: RunRequest, onProgress: (line: string) => void, signal?: AbortSignal): Promise<PlannedRun> {
    const {specification, repository, resolved, trusted} = await this.#situation(request)
    const driver = await this.#driverFor(request, resolved)
    const {plan, costUsd} = request.planFile
      ? {plan: await this.#planOf(request.planFile, specification, resolved), costUsd: 0}
      : await this.#draft({request, specification, repository, resolved, agent: driver?.kind ?? null, onProgress}, signal)
    for (const {command} of [...plan.acceptance, ...plan.setup]) this.#options.split(command)
    return {
      plan,
      planFile: request.planFile ?? (await this.#options.plans.save(plan)),
      planDigest: digestOfPlan(plan),
      repository: {
        root: repository.root,
        branch: repository.head.kind === 'detached' ? '(detached HEAD)' : repository.head.name,
        unborn: repository.head.kind === 'unborn',
      },
      plannerUsd: costUsd,
      agent: driver?.kind ?? null,
      usesModel: driver?.real ?? true,
      merge: resolved.config.merge,
      unverified: request.unverified ?? false,
      trusted,
      programs: repository.programs,
      needTrust: consentTo(plan, 'flag', trusted).leftOut,
      warnings: [
        ...aroundWarnings(request, specification.path, repository),
        ...resolved.warnings,
        ...repositoryWarnings(repository),
        ...plan.warnings,
      ],
    }
  }

  /** Refuses before a repository is made for nothing. @throws ORCH_NO_AGENT, ORCH_NOT_FOUND for a kind of agent that no plugin knows */
  async requireAgent({flags, env}: Pick<RunRequest, 'flags' | 'env'>): Promise<void> {
    const {config} = await this.#options.layers.resolve({projectFolder: null, trusted: false, env, flags})
    await this.#options.preflight.chooseDriver(config.agent, env, config)
  }

  /** Whether a start would be refused: several are begun only when none is. @returns warnings @throws what stands in the way */
  async check(request: ApprovedRun, approval: Pick<StartApproval, 'initCommit'>): Promise<string[]> {
    return (await this.#prepared(request, approval)).warnings
  }

  /** @returns the project, which is being driven from here on, and what was said against it */
  async start(request: ApprovedRun, approval: StartApproval, by: Actor): Promise<{project: Project; warnings: string[]}> {
    const {admission, runner} = this.#options
    const known = admission.known(request.key)
    if (known) return {project: known, warnings: []}
    const {specification, repository, resolved, trusted, plan: read, driver, warnings} = await this.#prepared(request, approval)
    const plan = withGrants(read, approval.by, trusted, by, this.#options.store)
    if (request.trustProject) await this.#options.trust.add(repository)
    if (trusted) await driver.prepareRepository({repository: repository.mainRoot, env: request.env, quiet: this.#options.quiet})
    const consent = consentTo(plan, approval.by, trusted)
    const leftOut = leftOutOf(plan, consent.leftOut)
    const {config} = resolved
    const project = await admission.admit({
      key: request.key,
      name: request.name,
      plan,
      by,
      specification,
      repository,
      driver,
      options: {
        merge: config.merge,
        trusted,
        programs: trusted ? repository.programs : [],
        acceptance: consent.acceptance,
        baseline: config.baseline,
        setup: consent.setup,
        leftOut,
        ...(request.unverified ? {unverified: true} : {}),
        copy: config.copy,
        commandTimeoutMs: config.commandTimeoutMinutes * 60_000,
        readyTimeoutMs: config.readyTimeoutSeconds === null ? null : config.readyTimeoutSeconds * 1000,
        briefingBudgetChars: config.briefing.budgetChars,
        stopOnExit: approval.stopOnExit,
        health: config.health,
        deadlineAt: request.deadlineAt ?? null,
        budget: budgetOf(request),
        plannerUsd: request.plannerUsd ?? null,
        oauth: sectionOf(config, 'oauth'),
        messagePolicy: {
          perMinute: config.messages.perMinute,
          maxHops: config.messages.maxHops,
          digestMs: config.messages.digestSeconds * 1000,
          hub: config.messages.hub === 'none' ? null : (plan.team.hub ?? null),
        },
        ...(plan.team.authorizations ? {authorizations: plan.team.authorizations} : {}),
        drivers: sectionsOf(config, this.#options.driverSections),
        sections: sectionsOf(config, otherSections(this.#options)),
      },
      env: passedEnvironment(request.env, config.env.pass),
      ports: config.ports,
      oauthPorts: oauthPool(sectionOf(config, 'oauth'), request.env),
      fresh: approval.fresh,
    })
    if (project.key === request.key) await this.#options.repositories.begin(project)
    runner.drive(project.id)
    if (project.key !== request.key)
      return {project, warnings: [`Another call began this specification at the same moment: this follows ${project.id}.`]}
    const notices = [
      ...leftOut.map(({command}) => `Not run without --trust-project: ${command}`),
      ...grantsLeftOut(read, plan).map(({role, grants}) => `Not granted: ${grants.join(', ')} for ${role}`),
    ]
    return {project, warnings: [...warnings, ...notices]}
  }

  async catalog(projectFolder: string | null): Promise<TeamCatalog> {
    return this.#options.teams.load(await this.#options.templateSources(projectFolder))
  }

  async #prepared(request: ApprovedRun, {initCommit}: Pick<StartApproval, 'initCommit'>) {
    const {preflight} = this.#options
    const situation = await this.#situation(request)
    const {specification, repository, resolved, trusted} = situation
    const plan = await this.#planOf(request.planFile, specification, resolved)
    if (request.planDigest !== undefined) requireApproved(plan, request.planFile, request.planDigest)
    const driver = await preflight.chooseDriver(resolved.config.agent, request.env, resolved.config)
    const warnings = await preflight.check(repository, {initCommit, trusted, driver})
    return {...situation, plan, driver, warnings: [...warnings, ...costWarnings(request, driver)]}
  }

  /** Reads a plan. @throws ORCH_PLAN_INVALID, ORCH_CLASH when it was made for another text */
  async #planOf(planFile: string, specification: Specification, {commandOrigins}: ResolvedConfig): Promise<Plan> {
    const plan = await this.#options.plans.read(planFile, commandOrigins)
    requireSameText(plan, planFile, specification)
    return plan
  }

  async #situation(request: RunRequest): Promise<Situation> {
    // A specification that cannot be used is said before anything about its surroundings.
    const specification = await readSpecification(this.#options.files, request.spec)
    const found = await repositoryOf(this.#options.workspace, request, specification.path)
    const trusted = request.trustProject || (await this.#options.trust.has(found))
    const repository = await this.#options.programs.apply(found, trusted)
    const resolved = await this.#options.layers.resolve({projectFolder: repository.root, trusted, env: request.env, flags: request.flags})
    return {specification, repository, resolved, trusted}
  }

  /** A plan alone can be looked at where no agent is installed. */
  async #driverFor({needsAgent, env}: RunRequest, {config}: ResolvedConfig): Promise<AgentDriver | null> {
    const driver = this.#options.preflight.chooseDriver(config.agent, env, config)
    return needsAgent
      ? driver
      : driver.catch((error: unknown) => {
          if (hasCode(error, 'ORCH_NO_AGENT')) return null
          throw error
        })
  }

  async #draft(
    {
      request,
      specification,
      repository,
      resolved,
      agent,
      onProgress,
    }: Omit<Situation, 'trusted'> & {request: RunRequest; agent: string | null; onProgress: (line: string) => void},
    signal?: AbortSignal,
  ): Promise<{plan: Plan; costUsd: number | null}> {
    for (const command of [...resolved.config.acceptance, ...resolved.config.setup]) this.#options.split(command)
    return this.#options.planning.draft(
      {
        specification,
        repository,
        config: resolved.config,
        agent,
        commandOrigins: resolved.commandOrigins,
        roles: request.roles,
        addRoles: request.addRoles,
        size: request.size,
        env: request.env,
        onProgress,
        budgetUsd: request.budgetUsd ?? null,
        ...(signal ? {signal} : {}),
      },
      await this.catalog(repository.root),
    )
  }
}

/** Those that the record does not keep under a name of their own. */
function otherSections({pluginSections, driverSections}: Pick<IntakeOptions, 'pluginSections' | 'driverSections'>): string[] {
  return pluginSections.filter((section) => section !== 'oauth' && !driverSections.includes(section))
}

function sectionsOf(config: Config, names: readonly string[]): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return Object.fromEntries(names.map((section) => [section, sectionOf(config, section)]))
}

function budgetOf({budgetUsd}: ApprovedRun): Budget | null {
  return budgetUsd ? {usd: budgetUsd, allowedUsd: budgetUsd} : null
}

function costWarnings({budgetUsd, plannerUsd}: ApprovedRun, driver: AgentDriver): string[] {
  if (!budgetUsd) return []
  return [
    ...((plannerUsd ?? null) === null ? ['What the plan has cost is not known: the budget counts the agents alone.'] : []),
    `The budget counts what ${driver.title} reports of its cost; what it does not report comes on top. \`orch report\` shows both.`,
  ]
}
