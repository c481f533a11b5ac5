import {join} from 'node:path'
import {OrchError, type AgentDriver, type Answer, type BriefingSection, type Plan, type PlanRole, type TeamCatalog} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {teamOf} from '../../domain/leave-team.js'
import type {Files} from '../../domain/ports/files.js'
import {baselineSection} from './baseline.js'
import {notesSection} from './notes.js'
import {BriefingService, type BriefingInput, type BriefingKind, type RenderTemplate} from './render.js'
import {setUpLog} from '../project-commands/set-up.js'
import {notesPath} from '../record/agent-files.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface BriefingsOptions {
  readonly bus: HookBus
  readonly files: Files
  readonly render: RenderTemplate
  readonly catalog: (projectFolder: string) => Promise<TeamCatalog>
  readonly drivers: ReadonlyMap<string, AgentDriver>
  /** For a preview; a project has its own. */
  readonly budgetChars: number
}

/** Shows the briefing of a role without a project. */
export interface BriefingPreview {
  preview(catalog: TeamCatalog, role: string, repository: string): Promise<string>
}

/** Writes what each agent is told at its start into a file of its own. */
export class Briefings implements BriefingPreview {
  readonly #options: BriefingsOptions

  constructor(options: BriefingsOptions) {
    this.#options = options
  }

  /** @returns the path of the briefing */
  async write(project: Project, agent: Agent, mcpServers: BriefingInput['mcpServers'], kind: BriefingKind = 'start'): Promise<string> {
    const path = join(agent.directory, kind === 'start' ? 'briefing.md' : `${kind}.md`)
    await this.#options.files.writePrivate(path, await this.text(project, agent, kind, mcpServers))
    return path
  }

  /** What an agent is told, of one kind. @throws ORCH_PLAN_INVALID when the plan does not know its role */
  async text(project: Project, agent: Agent, kind: BriefingKind, mcpServers: BriefingInput['mcpServers'] = []): Promise<string> {
    const {files, bus, catalog, render} = this.#options
    const {options} = project
    const planPath = join(project.directory, 'plan.json')
    const plan = JSON.parse((await files.readText(planPath)) ?? 'null') as Plan | null
    const role = plan?.team.roles.find(({key}) => key === agent.role)
    if (!plan || !role) throw new OrchError('ORCH_PLAN_INVALID', {source: planPath, problems: [`it has no role ${agent.role}`]})
    const templates = await catalog(project.repository.root)
    return new BriefingService({catalog: templates, render}).render({
      kind,
      project: {
        id: project.id,
        name: project.name,
        repository: project.repository.root,
        integrationBranch: project.integration.branch,
        parentBranch: project.parentBranch,
        base: project.base,
        merge: options.merge,
        unverified: options.unverified ?? false,
      },
      plan: {...plan, acceptance: options.acceptance, setup: options.setup},
      leftOut: options.leftOut ?? [],
      commandTimeoutMs: options.commandTimeoutMs,
      copied: options.copy,
      setUpLog: setUpLog(agent.directory),
      role,
      driver: this.#driver(project, agent),
      agent: {id: agent.id, worktree: agent.worktree, branch: agent.branch, portBlock: agent.portBlock},
      team: teamOf(project).map((member) => ({
        role: member.role,
        title: member.title,
        worktree: member.worktree,
        branch: member.branch,
        owes: member.owes,
      })),
      specPath: join(project.directory, 'spec.md'),
      planPath,
      sections:
        kind === 'checkin'
          ? []
          : [
              ...(kind === 'start' ? await this.#takenOver(agent) : []),
              ...baselineSection(project),
              ...(await bus.emit('beforeBriefing', {project: project.id, agent: agent.id, role: agent.role, kind: agent.kind, plan})),
            ],
      mcpServers,
      budgetChars: options.briefingBudgetChars,
    })
  }

  #driver({options}: Project, {kind, role, options: own}: Agent): BriefingInput['driver'] {
    const driver = this.#options.drivers.get(kind)
    const notes = driver?.briefing?.({role, settings: options.drivers[kind] ?? {}, options: own}) ?? []
    return {title: driver?.title ?? kind, usesModel: driver?.real ?? true, notes}
  }

  /** In its system prompt, where no compaction reaches: a fresh conversation knows nothing else. */
  async #takenOver({context, directory}: Agent): Promise<Answer<readonly BriefingSection[]>[]> {
    const path = notesPath(directory)
    const notes = context?.handedOver ? ((await this.#options.files.readText(path)) ?? '').trim() : ''
    return notes === '' ? [] : [notesSection(notes, path)]
  }

  async preview(catalog: TeamCatalog, key: string, repository: string): Promise<string> {
    const role = catalog.role(key.replaceAll('_', '-'))
    return new BriefingService({catalog, render: this.#options.render}).render({
      ...example(role, catalog.role('orchestrator'), repository),
      budgetChars: this.#options.budgetChars,
    })
  }
}

const EXAMPLE_TIMEOUT_MS = 30 * 60_000
const START = {parentBranch: 'main', base: 'main', merge: 'integration', unverified: false} as const

/** The smallest team that has the role, in a project without commands: what the role is told in any project. */
function example(role: PlanRole, orchestrator: PlanRole, repository: string) {
  const place = (name: string) => join(repository, '…', name)
  const roles = role.key === orchestrator.key ? [role] : [orchestrator, role]
  const plan: Plan = {
    schema: 1,
    planner: 'example',
    outline: {
      title: 'Example',
      summary: 'The project a briefing is shown for when there is none.',
      type: 'unknown',
      technologies: [],
      phases: [],
      criteria: [],
      acceptance: [],
      size: {size: 'small', estimatedLines: 0, complexity: 'low'},
    },
    team: {template: 'example', confidence: 1, why: [], cap: roles.length, roles, cut: []},
    acceptance: [],
    setup: [],
    totalHours: 0,
    warnings: [],
  }
  return {
    project: {id: 'p_example', name: 'example', repository, integrationBranch: 'orch/example/integration', ...START},
    plan,
    commandTimeoutMs: EXAMPLE_TIMEOUT_MS,
    copied: [],
    setUpLog: setUpLog(place(role.key)),
    role,
    driver: {title: 'An agent', usesModel: true, notes: []},
    agent: {id: 'a_example', worktree: place(role.key), branch: `orch/example/${role.key}`, portBlock: {from: 41_000, to: 41_009}},
    team: roles.map(({key, title, owes}) => ({role: key, title, worktree: place(key), branch: `orch/example/${key}`, owes})),
    specPath: place('spec.md'),
    planPath: place('plan.json'),
    sections: [],
    mcpServers: [],
  }
}
