import type {AgentUsage, Evidence} from '@orch/plugin-kit'
import type {Agent} from '../domain/agent.js'
import {incidentsOf, type Incident} from '../domain/incident.js'
import {PERSON, pendingIn} from '../domain/approval.js'
import {spendingOf} from '../domain/budget.js'
import {isOpen} from '../domain/message.js'
import {isFinished} from '../domain/project-states.js'
import {accountProblem} from '../domain/limits.js'
import type {Project} from '../domain/project.js'
import type {DamagedRecord} from '../domain/store.js'
import type {Vitals} from './health/vital-signs.js'

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
  /** What it has used, by its own account; null when it has not said. */
  readonly usage: AgentUsage | null
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
  readonly integrationBranch: string
  readonly integrationSha: string | null
  readonly tmux: Project['tmux']
  readonly startedAt: number | null
  readonly updatedAt: number
  readonly finishedAt: number | null
  readonly deadlineAt: number | null
  /** US dollars as far as known, what is allowed, and whose cost is not known; null without a budget. */
  readonly budget: {readonly allowedUsd: number; readonly spentUsd: number; readonly unknown: readonly string[]} | null
  readonly agents: readonly AgentStatus[]
  /** What is wrong now, and what was done about it. */
  readonly incidents: readonly Incident[]
}

export interface Need {
  /** null: it is about the house, not about a project. */
  readonly project: string | null
  readonly agent: string | null
  readonly what: string
  readonly since: number
}

export interface Status {
  readonly supervisor: {readonly running: boolean; readonly pid: number | null; readonly socket: string}
  readonly needsYou: readonly Need[]
  readonly projects: readonly ProjectStatus[]
}

/** Finished projects that a status shows when it names none. */
export const RECENTLY_FINISHED = 5

/** A plugin that is not loaded because of what it did to the supervisor. */
export interface LeftOut {
  readonly plugin: string
  readonly why: string
  /** Milliseconds UTC. */
  readonly since: number
}

/** What a person does to have it loaded again. */
export function takeBackIn(plugin: string): string {
  return `Mend or update it, then: orch plugin enable ${plugin}. To be rid of it: orch plugins uninstall ${plugin}`
}

/** What is known beside the records. */
interface Known {
  readonly vitals?: VitalsOf
  readonly damaged?: readonly DamagedRecord[]
  readonly leftOut?: readonly LeftOut[]
}

/** The status of projects, pure. @param now milliseconds UTC */
export function statusOf(
  projects: readonly Project[],
  supervisor: Status['supervisor'],
  now: number,
  {vitals = nothingKnown, damaged = [], leftOut = []}: Known = {},
): Status {
  const house = leftOut.map(({plugin, why, since}) => ({
    project: null,
    agent: null,
    what: `the plugin ${plugin} is left out: it ${why}. ${takeBackIn(plugin)}`,
    since,
  }))
  const unreadable = damaged.map(({id, why, since}) => ({project: id, agent: null, what: `its record cannot be read: ${why}`, since}))
  return {
    supervisor,
    needsYou: [...house, ...unreadable, ...needsOfAccounts(projects), ...projects.flatMap((project) => needsOf(project, now))],
    projects: projects.map((project) => projectStatus(project, vitals)),
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
    integrationBranch: project.integration.branch,
    integrationSha: project.integration.sha,
    tmux,
    startedAt,
    updatedAt,
    finishedAt,
    deadlineAt: project.options.deadlineAt ?? null,
    budget: budgetStatus(project),
    agents: project.agents.map((agent) => agentStatus(project, agent, vitals(agent.id))),
    incidents: incidentsOf(project),
  }
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
    usage: agent.usage ?? null,
    mcp: agent.mcp ?? [],
  }
}

function describeHold({id}: Project, {oauthPort, role, waitingFor}: Agent): string {
  const {command = null, pid = null} = waitingFor?.holder ?? {}
  const holder = pid === null ? 'a process of another user' : `${command ?? 'a process'} (pid ${pid})`
  return `${role} waits for port ${oauthPort}, held by ${holder}: end it, or orch port override ${id}:${role}`
}

/** One need for each account, however many agents and projects wait for it. */
function needsOfAccounts(projects: readonly Project[]): Need[] {
  const needs = new Map<string, {need: Need; agents: number}>()
  for (const project of projects) {
    for (const agent of project.agents) {
      const trouble = accountProblem(agent)
      if (!trouble) continue
      const key = `${trouble.problem} ${trouble.account.id}`
      const {what, at} = agent.evidence
      const known = needs.get(key) ?? {need: {project: project.id, agent: agent.id, what, since: at}, agents: 0}
      needs.set(key, {...known, agents: known.agents + 1})
    }
  }
  return [...needs.values()].map(({need, agents}) => (agents === 1 ? need : {...need, what: `${need.what} (${agents} agents wait)`}))
}

/** Milliseconds after which somebody's draft in a composer, which orch never touches, is for a person to finish or to clear. */
const DRAFT_MS = 600_000

function needsOf(project: Project, now: number): Need[] {
  const needs: Need[] = []
  if (project.state === 'blocked')
    needs.push({project: project.id, agent: null, what: project.reason ?? 'blocked', since: project.evidence.at})
  for (const agent of project.agents) {
    if (agent.state === 'needs-input' || agent.state === 'quarantined')
      needs.push({project: project.id, agent: agent.id, what: agent.evidence.what, since: agent.evidence.at})
    const {what, needsYouSince} = agent.waitingFor ?? {}
    if (what === 'port' && needsYouSince !== undefined)
      needs.push({project: project.id, agent: agent.id, what: describeHold(project, agent), since: needsYouSince})
  }
  for (const {agent, cause, what, rung, rungAt} of incidentsOf(project)) {
    if (rung === 'person') needs.push({project: project.id, agent, what: `${cause}: ${what}`, since: rungAt})
  }
  return isFinished(project.state)
    ? needs
    : [...needs, ...requestsForYou(project), ...draftsForYou(project, now), ...dialogsForYou(project, now)]
}

function requestsForYou(project: Project): Need[] {
  return pendingIn(project)
    .filter(({approver, escalated}) => approver === PERSON || escalated.length > 0)
    .map(({id, from, asker, question, askedAt}) => ({
      project: project.id,
      agent: from === PERSON ? null : from,
      what: `${asker} asks: ${question} (orch approve ${id} | orch deny ${id})`,
      since: askedAt,
    }))
}

/** Milliseconds after which a dialog that keeps a message out, and that no hook told of, is for a person. */
const DIALOG_MS = 60_000

function dialogsForYou({id, messages, agents}: Project, now: number): Need[] {
  return agents.flatMap((agent) => {
    if (agent.state === 'needs-input' || agent.state === 'starting') return []
    const held = messages.find((message) => message.to === agent.id && message.state === 'accepted' && message.heldBy === 'dialog')
    if (!held || held.heldSince === null || now - held.heldSince < DIALOG_MS) return []
    return [
      {
        project: id,
        agent: agent.id,
        what: 'a dialog stands on its screen and holds its messages: answer it (orch attach)',
        since: held.heldSince,
      },
    ]
  })
}

function draftsForYou(project: Project, now: number): Need[] {
  const stale = project.messages.filter(
    ({state, heldBy, heldSince}) => state === 'accepted' && heldBy === 'draft' && heldSince !== null && now - heldSince >= DRAFT_MS,
  )
  return [...new Map(stale.map((message) => [message.to, message])).values()].map(({to, heldSince}) => ({
    project: project.id,
    agent: to,
    what: 'a draft stands in its composer and holds its messages: finish it or clear it (orch attach)',
    since: heldSince!,
  }))
}
