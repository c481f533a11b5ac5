import {fileURLToPath} from 'node:url'
import type {AgentDriver, CompositionRequest, Plan, PlannedCommand, TeamCatalog} from '@orch/plugin-kit'
import {HookBus} from '@orch/plugin-kit/host'
import {InProcessRunner} from '@orch/plugin-kit/testing'
import {TemplateTeams} from '@orch/plugin-team-templates'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {templateRenderer} from '../../src/adapters/template-renderer.js'
import {agentEnvironment} from '../../src/services/launch/agent-environment.js'
import type {BriefingInput, BriefingKind} from '../../src/services/briefing/render.js'
import {Briefings} from '../../src/services/briefing/write.js'
import type {BriefingFacts} from './briefing-faults.js'
import {aPlan, aPlannedAgent, aProject, anOutline, someOptions} from './builders.js'
import {MemoryFiles} from './memory-files.js'
import type {Project, ProjectOptions} from '../../src/domain/model/project.js'

const renderTemplate = templateRenderer()

/** The templates that ship with orch. */
const BUILT_IN = {name: 'orch', path: fileURLToPath(new URL('../../templates', import.meta.url))}

export async function builtInCatalog(): Promise<TeamCatalog> {
  return new TemplateTeams(new AjvValidator()).load([BUILT_IN])
}

/** A project whose briefings are rendered with the built-in templates, exactly as a running supervisor does it. */
export class BriefingTeam {
  readonly project: Project
  readonly #briefings: Briefings
  readonly #mcp: BriefingInput['mcpServers']
  /** The values that templates were rendered with. */
  readonly views: object[]

  private constructor(project: Project, briefings: Briefings, mcp: BriefingInput['mcpServers'], views: object[]) {
    this.project = project
    this.#briefings = briefings
    this.#mcp = mcp
    this.views = views
  }

  static async form(
    catalog: TeamCatalog,
    driver: AgentDriver,
    of: {
      readonly roles: readonly string[]
      readonly maxAgents?: number
      readonly options?: Partial<ProjectOptions>
      readonly mcp?: BriefingInput['mcpServers']
      readonly detached?: boolean
    },
  ): Promise<BriefingTeam> {
    const outline = anOutline({
      type: 'python',
      technologies: ['Python'],
      phases: [{name: 'Build', hours: 0, tasks: [{id: 't1', title: 'Implement the command', done: false, line: 3}]}],
      criteria: ['It handles empty input.'],
    })
    const request: CompositionRequest = {
      ...{repository: '/nonexistent', outline, template: 'code-project', roles: of.roles, addRoles: [], size: 'auto' as const},
      ...{maxAgents: of.maxAgents ?? null, subscription: null},
    }
    const plan: Plan = aPlan({outline, team: await catalog.compose(request)})
    const project = aProject({
      parentBranch: of.detached ? null : 'main',
      base: '0123456789abcdef',
      options: someOptions({...of.options, authorizations: plan.team.authorizations ?? []}),
      agents: plan.team.roles.map((role) => ({
        ...aPlannedAgent({role: role.key, title: role.title, owes: role.owes, mergeAfter: role.after, kind: driver.kind}),
        id: `a_${role.key.replaceAll('-', '')}`,
      })),
    })
    const files = new MemoryFiles({[`${project.directory}/plan.json`]: JSON.stringify(plan)})
    const views: object[] = []
    const briefings = new Briefings({
      bus: new HookBus({runner: new InProcessRunner(new Map()), declared: new Map(), warn: () => undefined, schemas: new AjvValidator()}),
      files,
      render: (template, view, partials) => {
        views.push(view)
        return renderTemplate(template, view, partials)
      },
      catalog: async () => catalog,
      drivers: new Map([[driver.kind, driver]]),
      budgetChars: 24_000,
    })
    return new BriefingTeam(project, briefings, of.mcp ?? [], views)
  }

  get roles(): string[] {
    return this.project.agents.map(({role}) => role)
  }

  briefing(role: string, kind: BriefingKind = 'start'): Promise<string> {
    return this.#briefings.text(this.project, this.#agent(role), kind, kind === 'start' ? this.#mcp : [])
  }

  /** What a briefing of this role may name. */
  facts(role: string, known: Pick<BriefingFacts, 'commands' | 'roles'>): BriefingFacts {
    const {project} = this
    const agent = this.#agent(role)
    const place = {state: '/state', socket: '/s', bin: '/bin', planPath: '/p', tmuxFolder: '/t', exportCallbackPort: true}
    return {
      ...known,
      team: this.roles,
      paths: [
        project.repository.root,
        `${project.directory}/spec.md`,
        `${project.directory}/plan.json`,
        `${agent.directory}/setup.log`,
        ...project.agents.map(({worktree}) => worktree),
      ],
      variables: Object.keys(agentEnvironment(project, agent, {id: 'r_1', token: 't'}, {}, place)),
    }
  }

  #agent(role: string) {
    return this.project.agents.find((agent) => agent.role === role)!
  }
}

export const command = (text: string): PlannedCommand => ({command: text, origin: 'flag'})
