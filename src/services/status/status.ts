import type {AgentUsage, Evidence} from '@orch/plugin-kit'
import {incidentsOf} from '../../domain/incident.js'
import {spendingOf} from '../../domain/budget.js'
import {wakeAt} from '../../domain/limits.js'
import {isOpen} from '../../domain/message.js'
import type {Need} from '../../domain/need.js'
import {nextEventOf, type NextEvent} from '../../domain/next-event.js'
import {findAgent} from '../../domain/project.js'
import type {StorageWait} from '../../domain/storage.js'
import type {Store} from '../../domain/ports/store.js'
import type {UnreadableProject} from '../recovery/unreadable-projects.js'
import type {Vitals} from '../health/process-usage.js'
import type {LeftOut} from '../../domain/plugin-fault.js'
import {needsYou} from './needs-you.js'
import {baselineSummary, leftBehindOf, unmergedOf, type Outcome} from './outcome.js'
import type {Project} from '../../domain/model/project.js'
import type {Incident} from '../../domain/model/incident.js'
import type {Agent} from '../../domain/model/agent.js'

/** What `orch status --json` says; the stable part of the command surface. */
export interface AgentStatus {
  readonly id: string
  readonly role: string
  readonly kind: string
  readonly state: Agent['state']
  readonly evidence: Evidence
  readonly window: string | null
  readonly pane: string | null
  readonly pid: number | null
  readonly worktree: string
  readonly branch: string
  readonly exitCode: number | null
  readonly waitingFor: Agent['waitingFor']
  readonly restarts: number
  readonly unread: number
  readonly claim: string | null
  /** Of its processes together, as last looked at; null without a supervisor, or while it does not run. */
  readonly vitals: Vitals | null
  /** When orch wakes it from its usage limit, milliseconds UTC: some time after the reset; null when time alone does not help. */
  readonly wokenAt: number | null
  /** What it has used, by its own account; null when it has not said. */
  readonly usage: AgentUsage | null
  /** What runs beside its turns, by its own account. */
  readonly beside: readonly string[]
  /** When it has itself woken, by a schedule of its own. */
  readonly wakes: readonly string[]
  /** Tools that were denied to it with nobody asked; null: none. */
  readonly denials: Agent['denials'] | null
  /** When it was taken out of the team, milliseconds UTC, and by whom; null while it is on it. */
  readonly left: Agent['left'] | null
  /** What became of its MCP servers at its last start. */
  readonly mcp: NonNullable<Agent['mcp']>
}

export interface ProjectStatus {
  readonly id: string
  readonly name: string
  readonly state: Project['state']
  readonly reason: string | null
  readonly spec: string
  readonly path: string
  /** The agent that started it; null: a person did. */
  readonly startedBy: {readonly project: string; readonly agent: string; readonly role: string} | null
  /** The projects that its agents started, each with the role that did; they are ended with it, unless it is completed. */
  readonly children: readonly {readonly id: string; readonly role: string}[]
  readonly integrationBranch: string
  readonly integrationSha: string | null
  readonly tmux: Project['tmux']
  readonly startedAt: number | null
  readonly updatedAt: number
  readonly finishedAt: number | null
  readonly deadlineAt: number | null
  /** US dollars as far as known, what the plan is of them, and whose cost is not known. */
  readonly cost: {readonly usd: number; readonly plannerUsd: number | null; readonly unknown: readonly string[]}
  /** US dollars as far as known, what is allowed, and whose cost is not known; null without a budget. */
  readonly budget: {readonly allowedUsd: number; readonly spentUsd: number; readonly unknown: readonly string[]} | null
  readonly agents: readonly AgentStatus[]
  /** What a person should look at in the result. */
  readonly flags: Outcome['flags']
  /** Commands of the plan that orch does not run, and why. */
  readonly leftOut: Outcome['leftOut']
  /** Commits that are not in the result. */
  readonly unmerged: Outcome['unmerged']
  /** What agents left outside of their branches, and the ref that keeps it. */
  readonly leftBehind: Outcome['leftBehind']
  /** What the acceptance commands say of the base alone; null until they have run there, and where they do not. */
  readonly baseline: Outcome['baseline']
  /** What is wrong now, and what was done about it. */
  readonly incidents: readonly Incident[]
  /** What the agents reported with `orch report-status`, newest first. */
  readonly reports: readonly {readonly role: string; readonly topic: string; readonly status: string; readonly at: number}[]
}

/** A project among others. */
export interface ListedProject extends ProjectStatus {
  /** What happens next, and who brings it about; null when the project is over. */
  readonly next: NextEvent | null
  /** A step that waits until the disk takes writes again; null otherwise. */
  readonly storage: StorageWait | null
}

export interface Status {
  readonly supervisor: {readonly running: boolean; readonly pid: number | null; readonly socket: string}
  readonly needsYou: readonly Need[]
  readonly projects: readonly ListedProject[]
  /** Projects whose record cannot be read. */
  readonly unreadable: readonly UnreadableProject[]
  /** How many projects are finished, listed here or not; null when one project was asked for. */
  readonly finishedCount: number | null
}

/** Finished projects in a status that names none, unless all are asked for. */
const RECENTLY_FINISHED = 10

/** What is known beside the records. */
interface Known {
  readonly vitals?: VitalsOf
  readonly unreadable?: readonly UnreadableProject[]
  readonly leftOut?: readonly LeftOut[]
  readonly storage?: readonly StorageWait[]
  readonly finishedCount?: number
  /** About the house itself. */
  readonly house?: readonly Need[]
}

/** The status of everything a store holds. @param known.all every finished project is listed @param now milliseconds UTC */
export async function statusOfAll(
  store: Store,
  supervisor: Status['supervisor'],
  now: number,
  {all = false, ...known}: Known & {readonly all?: boolean} = {},
): Promise<Status> {
  const finishedCount = await store.countFinished()
  const projects = [...store.projects(), ...(await store.finished(all ? finishedCount : RECENTLY_FINISHED))]
  return statusOf(projects, supervisor, now, {...known, finishedCount})
}

/** The status of projects, pure. @param now milliseconds UTC */
export function statusOf(
  projects: readonly Project[],
  supervisor: Status['supervisor'],
  now: number,
  {vitals = nothingKnown, unreadable = [], leftOut = [], storage = [], house = [], finishedCount}: Known = {},
): Status {
  return {
    supervisor,
    needsYou: [...house, ...needsYou(projects, now, {damaged: unreadable, leftOut, storage})],
    projects: projects.map((project) => ({
      ...projectStatus(project, vitals),
      next: nextEventOf(project, now),
      storage: storage.find((wait) => wait.project === project.id) ?? null,
    })),
    unreadable,
    finishedCount: finishedCount ?? null,
  }
}

type VitalsOf = (agentId: string) => Vitals | null
const nothingKnown: VitalsOf = () => null

export function projectStatus(project: Project, vitals: VitalsOf = nothingKnown): ProjectStatus {
  const {id, name, state, reason, tmux, startedAt, updatedAt, finishedAt} = project
  return {
    id,
    name,
    state,
    reason,
    spec: project.spec.path,
    path: project.repository.root,
    startedBy: project.startedBy ?? null,
    children: childrenOf(project),
    integrationBranch: project.integration.branch,
    integrationSha: project.integration.sha,
    tmux,
    startedAt,
    updatedAt,
    finishedAt,
    deadlineAt: project.options.deadlineAt ?? null,
    cost: {...spendingOf(project), plannerUsd: project.options.plannerUsd ?? null},
    budget: budgetStatus(project),
    agents: project.agents.map((agent) => agentStatus(project, agent, vitals(agent.id))),
    flags: project.flags ?? [],
    leftOut: project.options.leftOut ?? [],
    unmerged: unmergedOf(project),
    leftBehind: leftBehindOf(project),
    baseline: baselineSummary(project),
    incidents: incidentsOf(project),
    reports: project.reports
      .map(({agent, topic, status, at}) => ({role: findAgent(project, agent)?.role ?? agent, topic, status, at}))
      .sort((a, b) => b.at - a.at),
  }
}

function childrenOf({children = [], agents}: Project): ProjectStatus['children'] {
  const roleOf = (agent: string) => agents.find(({id}) => id === agent)?.role ?? agent
  return children.flatMap(({project, agent}) => (project === undefined ? [] : [{id: project, role: roleOf(agent)}]))
}

function budgetStatus(project: Project): ProjectStatus['budget'] {
  const {budget} = project.options
  if (!budget) return null
  const {usd, unknown} = spendingOf(project)
  return {allowedUsd: budget.allowedUsd, spentUsd: usd, unknown}
}

function agentStatus(project: Project, agent: Agent, vitals: Vitals | null): AgentStatus {
  const {id, role, kind, state, evidence, window, pane, worktree, branch, exitCode, waitingFor, restarts} = agent
  const unread = project.messages.filter((message) => message.to === id && isOpen(message) && message.readAt === null).length
  return {
    id,
    role,
    kind,
    state,
    evidence,
    window,
    pane,
    pid: agent.run?.process?.pid ?? null,
    worktree,
    branch,
    exitCode,
    waitingFor,
    restarts,
    unread,
    claim: agent.claim?.verdict ?? null,
    vitals,
    wokenAt: wakeAt(agent),
    usage: agent.usage ?? null,
    beside: (agent.beside ?? []).map(({what}) => what),
    wakes: agent.wakes ?? [],
    denials: agent.denials ?? null,
    left: agent.left ?? null,
    mcp: agent.mcp ?? [],
  }
}
