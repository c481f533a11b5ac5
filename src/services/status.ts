import type {Evidence} from '@orch/plugin-kit'
import type {Agent} from '../domain/agent.js'
import {spendingOf} from '../domain/budget.js'
import type {Project} from '../domain/project.js'

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

/** The status of projects, pure. */
export function statusOf(projects: readonly Project[], supervisor: Status['supervisor'], leftOut: readonly LeftOut[] = []): Status {
  const house = leftOut.map(({plugin, why, since}) => ({
    project: null,
    agent: null,
    what: `the plugin ${plugin} is left out: it ${why}. ${takeBackIn(plugin)}`,
    since,
  }))
  return {supervisor, needsYou: [...house, ...projects.flatMap(needsOf)], projects: projects.map(projectStatus)}
}

export function projectStatus(project: Project): ProjectStatus {
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
    agents: project.agents.map((agent) => agentStatus(project, agent)),
  }
}

function budgetStatus(project: Project): ProjectStatus['budget'] {
  const {budget} = project.options
  if (!budget) return null
  const {usd, unknown} = spendingOf(project)
  return {allowedUsd: budget.allowedUsd, spentUsd: usd, unknown}
}

function agentStatus(project: Project, agent: Agent): AgentStatus {
  const {id, role, kind, state, evidence, window, pane, worktree, branch, exitCode, waitingFor, restarts} = agent
  const unread = project.messages.filter(
    (message) => message.to === id && message.state !== 'acknowledged' && message.readAt === null,
  ).length
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
    mcp: agent.mcp ?? [],
  }
}

function describeHold({id}: Project, {oauthPort, role, waitingFor}: Agent): string {
  const {command = null, pid = null} = waitingFor?.holder ?? {}
  const holder = pid === null ? 'a process of another user' : `${command ?? 'a process'} (pid ${pid})`
  return `${role} waits for port ${oauthPort}, held by ${holder}: end it, or orch port override ${id}:${role}`
}

function needsOf(project: Project): Need[] {
  const needs: Need[] = []
  if (project.state === 'blocked')
    needs.push({project: project.id, agent: null, what: project.reason ?? 'blocked', since: project.evidence.at})
  for (const agent of project.agents) {
    if (agent.state === 'needs-input')
      needs.push({project: project.id, agent: agent.id, what: agent.evidence.what, since: agent.evidence.at})
    const {what, needsYouSince} = agent.waitingFor ?? {}
    if (what === 'port' && needsYouSince !== undefined)
      needs.push({project: project.id, agent: agent.id, what: describeHold(project, agent), since: needsYouSince})
  }
  return needs
}
