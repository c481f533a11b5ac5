import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {
  OrchError,
  hasCode,
  type AgentDriver,
  messageOf,
  type Plan,
  type PlannedCommand,
  type SchemaValidator,
  type TeamCatalog,
  type TemplateSource,
  type Teams,
  type Workspace,
  type RepositoryFacts,
} from '@orch/plugin-kit'
import type {Budget} from '../domain/budget.js'
import {sectionOf, type Config} from '../domain/config.js'
import type {Files} from '../domain/files.js'
import {PLAN_SCHEMA} from '../domain/plan-schema.js'
import type {Project} from '../domain/project.js'
import type {Admission} from './admission.js'
import {passedEnvironment} from './agent-environment.js'
import type {ConfigLayers, ResolvedConfig} from './config-layers.js'
import {consentTo, type Approval} from './consent.js'
import {oauthPool} from './oauth-pool.js'
import type {Planning} from './planning.js'
import type {Preflight} from './preflight.js'
import type {Runner} from './runner.js'
import {readSpecification} from './specification.js'

/** What a person asked for on the command line. */
export interface RunRequest {
  /** Absolute. */
  readonly spec: string
  /** Absolute; null: the repository that holds the specification. */
  readonly project: string | null
  readonly name: string | null
  readonly roles: readonly string[]
  readonly addRoles: readonly string[]
  readonly size: 'auto' | 'small' | 'medium' | 'large'
  /** Configuration keys given as flags. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly trustProject: boolean
  /** Without an agent that can do the work there is no point in a plan. */
  readonly needsAgent: boolean
  readonly env: Readonly<Record<string, string>>
  /** Made by the caller: the same start asked twice makes one project. */
  readonly key: string
  /** Absolute; null: plan anew. */
  readonly planFile: string | null
  /** Milliseconds UTC at which the project ends; null or absent: when it is done. */
  readonly deadlineAt?: number | null
  /** US dollars plan and agents may cost; null or absent: no bound. */
  readonly budgetUsd?: number | null
}

/** A request whose plan is made. */
export interface ApprovedRun extends RunRequest {
  readonly planFile: string
  /** What the plan has cost; see PlannedRun. */
  readonly plannerUsd?: number | null
}

interface StartApproval {
  readonly by: Approval
  readonly initCommit: boolean
  readonly stopOnExit: boolean
  /** A new project, though one of this specification is unfinished. */
  readonly fresh: boolean
}

export interface PlannedRun {
  readonly plan: Plan
  readonly planFile: string
  readonly repository: {readonly root: string; readonly branch: string; readonly unborn: boolean}
  /** US dollars the plan has cost; null when its planner did not say. */
  readonly plannerUsd: number | null
  /** null: no agent can be used here. */
  readonly agent: string | null
  readonly merge: Config['merge']
  readonly trusted: boolean
  /** Commands that `--yes` alone would leave out. */
  readonly needTrust: readonly PlannedCommand[]
  readonly warnings: readonly string[]
}

interface IntakeOptions {
  readonly planning: Planning
  readonly preflight: Preflight
  readonly admission: Admission
  readonly runner: Runner
  readonly layers: ConfigLayers
  readonly trust: {has(commonDir: string): Promise<boolean>; add(commonDir: string): Promise<void>}
  readonly teams: Teams
  readonly templateSources: (projectFolder: string | null) => Promise<readonly TemplateSource[]>
  readonly workspace: Workspace
  readonly files: Files
  readonly schemas: SchemaValidator
  readonly plans: string
  /** Resolves when no agent is starting. */
  readonly quiet: () => Promise<void>
  readonly driverSections: readonly string[]
  /** Throws for a command that orch cannot run without a shell. */
  readonly split: (command: string) => readonly string[]
}

/** From a command line to a plan a person can read, and from an approved plan to a running project. */
export class Intake {
  readonly #options: IntakeOptions

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  async plan(request: RunRequest, onProgress: (line: string) => void, signal?: AbortSignal): Promise<PlannedRun> {
    const {repository, resolved, trusted} = await this.#situation(request)
    const driver = await this.#driverFor(request, resolved)
    const {plan, costUsd} = request.planFile
      ? {plan: await this.#readPlan(request.planFile), costUsd: 0}
      : await this.#draft(request, resolved, driver?.kind ?? null, repository, onProgress, signal)
    for (const {command} of [...plan.acceptance, ...plan.setup]) this.#options.split(command)
    return {
      plan,
      planFile: request.planFile ?? (await this.#save(plan)),
      repository: {
        root: repository.root,
        branch: repository.head.kind === 'detached' ? '(detached HEAD)' : repository.head.name,
        unborn: repository.head.kind === 'unborn',
      },
      plannerUsd: costUsd,
      agent: driver?.kind ?? null,
      merge: resolved.config.merge,
      trusted,
      needTrust: consentTo(plan, 'flag', trusted).leftOut,
      warnings: [...resolved.warnings, ...plan.warnings],
    }
  }

  /** Whether a start would be refused: several are begun only when none is. @returns warnings @throws what stands in the way */
  async check(request: ApprovedRun, approval: Pick<StartApproval, 'initCommit'>): Promise<string[]> {
    return (await this.#prepared(request, approval)).warnings
  }

  /** @returns the project, which is being driven from here on, and what was said against it */
  async start(request: ApprovedRun, approval: StartApproval): Promise<{project: Project; warnings: string[]}> {
    const {admission, runner} = this.#options
    const known = admission.known(request.key)
    if (known) return {project: known, warnings: []}
    const {repository, resolved, trusted, plan, driver, warnings} = await this.#prepared(request, approval)
    if (request.trustProject) await this.#options.trust.add(repository.commonDir)
    if (trusted) await driver.prepareRepository({repository: repository.mainRoot, env: request.env, quiet: this.#options.quiet})
    const consent = consentTo(plan, approval.by, trusted)
    const {config} = resolved
    const project = await admission.admit({
      key: request.key,
      name: request.name,
      plan,
      specification: await readSpecification(this.#options.files, request.spec),
      repository,
      driver,
      options: {
        merge: config.merge,
        trusted,
        acceptance: consent.acceptance,
        setup: consent.setup,
        copy: config.copy,
        commandTimeoutMs: config.commandTimeoutMinutes * 60_000,
        readyTimeoutMs: config.readyTimeoutSeconds === null ? null : config.readyTimeoutSeconds * 1000,
        briefingBudgetChars: config.briefing.budgetChars,
        stopOnExit: approval.stopOnExit,
        health: config.health,
        deadlineAt: request.deadlineAt ?? null,
        budget: budgetOf(request),
        oauth: sectionOf(config, 'oauth'),
        talk: {
          perMinute: config.messages.perMinute,
          maxHops: config.messages.maxHops,
          digestMs: config.messages.digestSeconds * 1000,
          hub: config.messages.hub === 'none' ? null : (plan.team.hub ?? null),
        },
        ...(plan.team.authorizations ? {authorizations: plan.team.authorizations} : {}),
        drivers: Object.fromEntries(this.#options.driverSections.map((section) => [section, sectionOf(config, section)])),
      },
      env: passedEnvironment(request.env, config.env.pass),
      ports: config.ports,
      oauthPorts: oauthPool(sectionOf(config, 'oauth'), request.env),
      fresh: approval.fresh,
    })
    runner.drive(project.id)
    if (project.key !== request.key)
      return {project, warnings: [`Another call began this specification at the same moment: this follows ${project.id}.`]}
    return {project, warnings: [...warnings, ...consent.leftOut.map(({command}) => `Not run without --trust-project: ${command}`)]}
  }

  async catalog(projectFolder: string | null): Promise<TeamCatalog> {
    return this.#options.teams.load(await this.#options.templateSources(projectFolder))
  }

  async #prepared(request: ApprovedRun, {initCommit}: Pick<StartApproval, 'initCommit'>) {
    const {preflight} = this.#options
    const situation = await this.#situation(request)
    const {repository, resolved, trusted} = situation
    const plan = await this.#readPlan(request.planFile)
    const driver = await preflight.chooseDriver(resolved.config.agent, request.env, resolved.config)
    const warnings = await preflight.check(repository, {initCommit, trusted, driver})
    return {...situation, plan, driver, warnings: [...warnings, ...costWarnings(request, driver)]}
  }

  async #situation(request: RunRequest): Promise<{repository: RepositoryFacts; resolved: ResolvedConfig; trusted: boolean}> {
    // A specification that cannot be used is said before anything about its surroundings.
    const specification = await readSpecification(this.#options.files, request.spec)
    const repository = await this.#options.workspace.inspectRepository(request.project ?? join(specification.path, '..'))
    const trusted = request.trustProject || (await this.#options.trust.has(repository.commonDir))
    const resolved = await this.#options.layers.resolve({projectFolder: repository.root, trusted, env: request.env, flags: request.flags})
    return {repository, resolved, trusted}
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
    request: RunRequest,
    resolved: ResolvedConfig,
    agent: string | null,
    repository: RepositoryFacts,
    onProgress: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<{plan: Plan; costUsd: number | null}> {
    return this.#options.planning.draft(
      {
        specPath: request.spec,
        projectDir: repository.root,
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

  async #save(plan: Plan): Promise<string> {
    const text = `${JSON.stringify(plan, null, 2)}\n`
    const path = join(this.#options.plans, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`)
    await this.#options.files.writePrivate(path, text)
    return path
  }

  async #readPlan(path: string): Promise<Plan> {
    const invalid = (problems: readonly string[]) => new OrchError('ORCH_PLAN_INVALID', {source: path, problems})
    const text = await this.#options.files.readText(path)
    if (text === null) throw invalid(['there is no such file'])
    try {
      const plan = JSON.parse(text) as Plan
      const problems = this.#options.schemas.check(PLAN_SCHEMA, plan)
      if (problems.length > 0) throw invalid(problems.map((problem) => `${problem.path.join('.')} ${problem.message}`))
      return plan
    } catch (error) {
      if (error instanceof SyntaxError) throw invalid([messageOf(error)])
      throw error
    }
  }
}

function budgetOf({budgetUsd, plannerUsd}: ApprovedRun): Budget | null {
  return budgetUsd ? {usd: budgetUsd, allowedUsd: budgetUsd, plannerUsd: plannerUsd ?? null} : null
}

function costWarnings({budgetUsd, plannerUsd}: ApprovedRun, driver: AgentDriver): string[] {
  if (!budgetUsd) return []
  return [
    ...((plannerUsd ?? null) === null ? ['What the plan has cost is not known: the budget counts the agents alone.'] : []),
    `The budget counts what ${driver.title} reports of its cost; what it does not report comes on top. \`orch report\` shows both.`,
  ]
}
