import type {AgentView, EventView, MessageView, ProjectView, Settings} from '@orch/plugin-kit'
import {spendingOf} from './budget.js'
import type {DomainEvent} from './event.js'
import {incidentsOf} from './incident.js'
import type {Agent} from './model/agent.js'
import type {Message} from './model/message.js'
import type {Project} from './model/project.js'

/**
 * A project as plugins see it. Fields are named one by one, so that a new field of the record (a token, say) is not shown by chance, and copied
 * and frozen, so that what a plugin does to a view does not reach the record.
 * @param settings sections of plugins, as the project has them
 */
export function projectView(project: Project, settings: Readonly<Record<string, Settings>>): ProjectView {
  const {id, name, slug, revision, state, reason, parentBranch, base, integration, verification, startedBy, options} = project
  const {createdAt, startedAt, updatedAt, finishedAt} = project
  let messages: readonly MessageView[] | null = null
  return frozen({
    ...{id, name, slug, revision, state, reason},
    evidence: structuredClone(project.evidence),
    specification: project.spec.path,
    repository: project.repository.root,
    ...{parentBranch, base},
    integration: {...integration},
    verified: verification?.verified ?? null,
    startedBy: startedBy ? {...startedBy} : null,
    agents: project.agents.map((agent) => agentView(id, agent)),
    // A long project has thousands, and few plugins read them.
    get messages() {
      return (messages ??= frozen(project.messages.map((message) => messageView(id, message))))
    },
    incidents: incidentsOf(project).map(({cause, agent, about, what, openedAt}) => ({cause, agent, about, what, openedAt})),
    spentUsd: spendingOf(project).usd,
    allowedUsd: options.budget?.allowedUsd ?? null,
    deadlineAt: options.deadlineAt ?? null,
    settings: structuredClone(settings),
    ...{createdAt, startedAt, updatedAt, finishedAt},
  })
}

export function agentView(project: string, agent: Agent): AgentView {
  const {id, role, title, kind, owes, state, branch, worktree, run, exitCode, restarts, waitingFor, claim, rejections} = agent
  return frozen({
    ...{id, project, role, title, kind, owes, state},
    evidence: structuredClone(agent.evidence),
    since: agent.since ?? null,
    ...{branch, worktree},
    run: run && {id: run.id, startedAt: run.startedAt, pid: run.process?.pid ?? null},
    ...{exitCode, restarts},
    waitingFor: waitingFor && {what: waitingFor.what, until: waitingFor.until},
    claim: claim && {message: claim.message, at: claim.at, verdict: claim.verdict},
    rejections,
    usage: agent.usage ? structuredClone(agent.usage) : null,
  })
}

export function messageView(project: string, message: Message): MessageView {
  const {id, from, sender, to, kind, priority, text, file, state, reason, blockedBy, acceptedAt, offeredAt, acknowledgedAt, readAt} =
    message
  const times = {acceptedAt, offeredAt, acknowledgedAt, readAt}
  return frozen({id, project, from, sender, to, kind, priority, text, file, state, reason, blockedBy, ...times})
}

export function eventView({type, agent, data, at}: DomainEvent & {readonly at: number}): EventView {
  return frozen({type, agent, at, data: structuredClone(data)})
}

/** Deep; what a getter makes freezes itself. */
function frozen<T extends object>(value: T): T {
  for (const {value: inner} of Object.values(Object.getOwnPropertyDescriptors(value)) as {value?: unknown}[])
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) frozen(inner)
  return Object.freeze(value)
}
