import type {BriefingInput} from './input.js'
import {line} from './clean.js'
import {adviceFor, describeServers} from './mcp-advice.js'

/** How much of each list a briefing shows; the plan has the rest. */
export interface ListLimits {
  readonly tasks: number
  readonly criteria: number
  readonly acceptance: number
  readonly phases: number
  /** Characters of one entry. */
  readonly entry: number
}

export const LIST_LIMITS: ListLimits = {tasks: 25, criteria: 20, acceptance: 15, phases: 12, entry: 300}
export const SHORT_LIST_LIMITS: ListLimits = {tasks: 6, criteria: 4, acceptance: 4, phases: 3, entry: 120}

/** Everything the templates may name: plain data, each value one line. */
export function viewOf(input: BriefingInput, limits: ListLimits): object {
  const {plan, role, agent, project} = input
  const short = (value: string) => cut(line(value), limits.entry)
  const acceptance = plan.acceptance.map(({command}) => short(command))
  const leftOut = (input.leftOut ?? [])
    .filter(({use}) => use === 'acceptance')
    .map(({command, reason}) => ({command: short(command), reason: short(reason)}))
  const criteria = plan.outline.criteria.map(short)
  const tasks = ownTasks(input).map((task) => ({...task, title: short(task.title), phase: short(task.phase)}))
  const commands = role.initialCommands.map(short)
  return {
    project: mapValues(project),
    summary: short(plan.outline.summary),
    technologies: plan.outline.technologies.map(line).join(', '),
    python: [plan.outline.type, ...plan.outline.technologies].some((name) => name.toLowerCase() === 'python'),
    specPath: line(input.specPath),
    planPath: line(input.planPath),
    agent: {
      id: line(agent.id),
      worktree: line(agent.worktree),
      branch: line(agent.branch),
      portFrom: agent.portBlock?.from,
      portTo: agent.portBlock?.to,
    },
    hasPorts: agent.portBlock !== null,
    role: {
      key: line(role.key),
      title: line(role.title),
      purpose: line(role.purpose),
      responsibilities: role.responsibilities.map(line),
    },
    ...teamView(input),
    hasInitialCommands: commands.length > 0,
    initialCommands: commands,
    hasTasks: tasks.length > 0,
    tasks: tasks.slice(0, limits.tasks),
    moreTasks: more(tasks, limits.tasks),
    hasAcceptance: acceptance.length > 0,
    acceptance: acceptance.slice(0, limits.acceptance),
    moreAcceptance: more(acceptance, limits.acceptance),
    hasLeftOut: leftOut.length > 0,
    leftOut: leftOut.slice(0, limits.acceptance),
    moreLeftOut: more(leftOut, limits.acceptance),
    hasCriteria: criteria.length > 0,
    criteria: criteria.slice(0, limits.criteria),
    moreCriteria: more(criteria, limits.criteria),
    phases: plan.outline.phases
      .slice(0, limits.phases)
      .map((phase) => ({name: short(phase.name), hours: phase.hours, count: phase.tasks.length})),
    morePhases: more(plan.outline.phases, limits.phases),
    hasMcp: input.mcpServers.length > 0,
    mcpServers: describeServers(input.mcpServers),
    mcpAdvice: adviceFor(role.key, input.mcpServers),
  }
}

/** Who this agent is among the others. */
function teamView({role, team}: BriefingInput): object {
  const keys = team.map((row) => row.role)
  const manager = keys.includes('project-manager')
  const isOrchestrator = role.key === 'orchestrator'
  const isManager = role.key === 'project-manager'
  const others = keys.filter((key) => key !== role.key)
  // The project manager collects reports; the orchestrator's own go to whoever is nearest to that.
  const hub = ['project-manager', 'orchestrator'].find((key) => others.includes(key)) ?? others[0]
  const after = team.filter((row) => role.after.includes(row.role))
  const receivers = ['developer', 'devops'].filter((key) => others.includes(key))
  return {
    isOrchestrator,
    isManager,
    hasManager: manager,
    hub,
    hasHub: hub !== undefined,
    highReceivers: receivers.length > 0 ? receivers.join(' and ') : hub,
    team: team.map((row) => ({...mapValues(row), self: row.role === role.key})),
    hasAfter: after.length > 0,
    after: after.map((row, index) => ({role: line(row.role), branch: line(row.branch), sep: index < after.length - 1 ? ', ' : ''})),
    owesCommits: role.owes === 'commits',
    owesReport: role.owes === 'report',
    owesNothing: role.owes === 'nothing',
  }
}

function ownTasks({plan, role}: BriefingInput): {id: string; title: string; phase: string; line: number | null; mark: string}[] {
  const own = new Set(role.tasks)
  return plan.outline.phases.flatMap((phase) =>
    phase.tasks
      .filter(({id}) => own.has(id))
      .map(({id, title, done, line: at}) => ({id: line(id), title, phase: phase.name, line: at, mark: done ? 'x' : ' '})),
  )
}

function mapValues<T extends object>(record: T): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, line(String(value))]))
}

/** How many entries a limit leaves out; null when none, so that templates say nothing. */
function more(list: readonly unknown[], limit: number): number | null {
  return list.length > limit ? list.length - limit : null
}

function cut(value: string, longest: number): string {
  if (value.length <= longest) return value
  return `${Array.from(value.slice(0, longest - 1))
    .slice(0, -1)
    .join('')}…`
}
