import type {PlanPhase} from '@orch/plugin-kit'
import {plural} from '../../domain/plural.js'
import type {BriefingInput} from './input.js'
import {line} from './clean.js'
import {adviceFor, describeServers} from './mcp-advice.js'
import type {LeftOutCommand} from '../../domain/model/project.js'

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
  const {plan, role, agent, project, driver} = input
  const short = (value: string) => cut(line(value), limits.entry)
  const acceptance = plan.acceptance.map(({command}) => short(command))
  const setUp = plan.setup.map(({command}) => short(command))
  const leftOutFor = (wanted: LeftOutCommand['use']) =>
    (input.leftOut ?? []).filter(({use}) => use === wanted).map(({command, reason}) => ({command: short(command), reason: short(reason)}))
  const leftOut = leftOutFor('acceptance')
  const leftOutSetUp = leftOutFor('setup')
  const criteria = plan.outline.criteria.map(short)
  const tasks = ownTasks(input).map((task) => ({...task, title: short(task.title), phase: short(task.phase)}))
  const commands = role.initialCommands.map(short)
  return {
    project: {...mapValues(project), parentBranch: line(project.parentBranch ?? project.base)},
    hasParentBranch: project.parentBranch !== null,
    mergesNone: project.merge === 'none',
    mergesParent: project.merge === 'parent' && project.parentBranch !== null,
    onlyVerified: !project.unverified,
    driver: line(driver.title),
    usesModel: driver.usesModel,
    hasDriverNotes: driver.notes.length > 0,
    driverNotes: driver.notes.map(line),
    hasSetUp: setUp.length > 0,
    setUp,
    setUpLog: line(input.setUpLog),
    hasLeftOutSetUp: leftOutSetUp.length > 0,
    leftOutSetUp,
    hasCopied: input.copied.length > 0,
    copied: input.copied.map(line).join(', '),
    timeLimit: limitText(input.commandTimeoutMs),
    hasAuthorizations: role.owes === 'commits' && (plan.team.authorizations ?? []).some(({approver}) => approver !== role.key),
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
    hasLines: tasks.some((task) => task.line !== null),
    hasDone: tasks.some(({mark}) => mark === DONE),
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
    phases: plan.outline.phases.slice(0, limits.phases).map((phase) => ({name: short(phase.name), size: sizeOf(phase)})),
    morePhases: more(plan.outline.phases, limits.phases),
    hasMcp: input.mcpServers.length > 0,
    mcpServers: describeServers(input.mcpServers),
    // An orchestrator without a team does the developer's work.
    mcpAdvice: adviceFor(input.team.length > 1 ? role.key : 'developer', input.mcpServers),
  }
}

/** Who this agent is among the others. */
function teamView({role, team, plan}: BriefingInput): object {
  const keys = team.map((row) => row.role)
  const others = keys.filter((key) => key !== role.key)
  const isOrchestrator = role.key === 'orchestrator'
  const after = team.filter((row) => role.after.includes(row.role))
  const among = (wanted: readonly string[]) => wanted.filter((key) => others.includes(key))
  // The project manager collects reports. The orchestrator reports to nobody else.
  const hub = among(['project-manager', ...(isOrchestrator ? [] : ['orchestrator', ...others])])[0]
  const receivers = (wanted: readonly string[]) => among(wanted).join(' and ') || hub || A_PERSON
  const statusHub = plan.team.hub?.role ?? 'orchestrator'
  const fallback = returnsTo(team)
  return {
    isOrchestrator,
    isManager: role.key === 'project-manager',
    hasManager: keys.includes('project-manager'),
    hasOthers: others.length > 0,
    hasPeers: others.length > 1,
    in: Object.fromEntries(others.map((key) => [key, true])),
    hub: hub ?? A_PERSON,
    hasHub: hub !== undefined,
    escalation: receivers(['orchestrator']),
    statusHub,
    hasStatusHub: others.includes(statusHub),
    highReceivers: receivers(['developer', 'devops']),
    testReceivers: receivers(['tester', 'developer']),
    fallback,
    isFallback: fallback === role.key,
    team: team.map((row) => ({...mapValues(row), self: row.role === role.key})),
    hasAfter: after.length > 0,
    after: after.map((row, index) => ({role: line(row.role), branch: line(row.branch), sep: index < after.length - 1 ? ', ' : ''})),
    owesCommits: role.owes === 'commits',
    owesReport: role.owes === 'report',
    owesNothing: role.owes === 'nothing',
  }
}

/** Who is told where the team has nobody for it. */
const A_PERSON = 'a person'

/** The role that gets back a command that failed without a merge before it that passed (services/verifier.ts). */
function returnsTo(team: BriefingInput['team']): string | undefined {
  const debtors = team.filter(({owes}) => owes === 'commits').map((row) => row.role)
  return debtors.find((key) => key === 'developer') ?? debtors.at(-1)
}

const DONE = 'x'

function ownTasks({plan, role}: BriefingInput): {id: string; title: string; phase: string; line: number | null; mark: string}[] {
  const own = new Set(role.tasks)
  return plan.outline.phases.flatMap((phase) =>
    phase.tasks
      .filter(({id}) => own.has(id))
      .map(({id, title, done, line: at}) => ({id: line(id), title, phase: phase.name, line: at, mark: done ? DONE : ' '})),
  )
}

function mapValues<T extends object>(record: T): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, line(String(value))]))
}

function sizeOf({hours, tasks}: PlanPhase): string {
  return [plural(tasks.length, 'task'), ...(hours > 0 ? [`about ${hours} h`] : [])].join(', ')
}

/** @param ms milliseconds */
function limitText(ms: number): string {
  return ms >= 60_000 ? `${Math.round(ms / 6_000) / 10} min` : `${Math.round(ms / 100) / 10} s`
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
