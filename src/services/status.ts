import type {Evidence} from '@orch/plugin-kit'
import type {Agent} from '../domain/agent.js'
import {incidentsOf, type Incident} from '../domain/incident.js'
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
  /** How full its context is, where its transcript or status line tells. */
  readonly context: {readonly tokens: number; readonly limit: number | null} | null
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
  readonly agents: readonly AgentStatus[]
  /** What is wrong now, and what was done about it. */
  readonly incidents: readonly Incident[]
}

export interface Need {
  readonly project: string
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

/** The status of projects, pure. */
export function statusOf(
  projects: readonly Project[],
  supervisor: Status['supervisor'],
  {vitals = nothingKnown, damaged = []}: {vitals?: VitalsOf; damaged?: readonly DamagedRecord[]} = {},
): Status {
  const unreadable = damaged.map(({id, why, since}) => ({project: id, agent: null, what: `its record cannot be read: ${why}`, since}))
  return {
    supervisor,
    needsYou: [...unreadable, ...projects.flatMap(needsOf)],
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
    agents: project.agents.map((agent) => agentStatus(project, agent, vitals(agent.id))),
    incidents: incidentsOf(project),
  }
}

function agentStatus(project: Project, agent: Agent, vitals: Vitals | null): AgentStatus {
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
    vitals,
    context: agent.care?.contextTokens === undefined ? null : {tokens: agent.care.contextTokens, limit: agent.care.contextLimit ?? null},
  }
}

function needsOf(project: Project): Need[] {
  const needs: Need[] = []
  if (project.state === 'blocked')
    needs.push({project: project.id, agent: null, what: project.reason ?? 'blocked', since: project.evidence.at})
  for (const agent of project.agents) {
    if (agent.state === 'needs-input')
      needs.push({project: project.id, agent: agent.id, what: agent.evidence.what, since: agent.evidence.at})
  }
  for (const {agent, cause, what, rung, rungAt} of incidentsOf(project)) {
    if (rung === 'person') needs.push({project: project.id, agent, what: `${cause}: ${what}`, since: rungAt})
  }
  return needs
}
