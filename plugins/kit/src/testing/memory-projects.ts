import {ChangeStreams} from '../host/change-stream.js'
import type {AgentView, EventView, MessageView, ProjectChange, Projects, ProjectView} from '../views.js'

/** Where views begin: the start of a FakeClock, milliseconds UTC. */
const EPOCH = 1_700_000_000_000
const EVIDENCE = {source: 'orch', what: 'test', at: EPOCH} as const

/** Projects as a plugin sees them, set by a test. */
export class MemoryProjects implements Projects {
  readonly #projects = new Map<string, ProjectView>()
  readonly #streams = new ChangeStreams()

  constructor(projects: readonly ProjectView[] = []) {
    for (const project of projects) this.#projects.set(project.id, project)
  }

  /** A commit: the project from now on, and what readers of `changes` are told. */
  put(project: ProjectView, events: readonly EventView[] = []): void {
    this.#projects.set(project.id, project)
    this.#streams.publish({project, events})
  }

  list(): readonly ProjectView[] {
    return [...this.#projects.values()].filter(({finishedAt}) => finishedAt === null)
  }

  get(id: string): ProjectView | undefined {
    return this.list().find((project) => project.id === id)
  }

  async load(id: string): Promise<ProjectView | undefined> {
    return this.#projects.get(id)
  }

  agent(project: string, agent: string): AgentView | undefined {
    return this.get(project)?.agents.find(({id}) => id === agent)
  }

  message(project: string, message: string): MessageView | undefined {
    return this.get(project)?.messages.find(({id}) => id === message)
  }

  changes(signal: AbortSignal): AsyncIterable<ProjectChange> {
    return this.#streams.open(signal)
  }
}

/** A running project with one developer, unless told otherwise. */
export function aProjectView(changes: Partial<ProjectView> = {}): ProjectView {
  return {
    id: 'p_1',
    name: 'demo',
    slug: 'demo',
    revision: 1,
    state: 'running',
    reason: null,
    evidence: EVIDENCE,
    specification: '/repo/spec.md',
    repository: '/repo',
    parentBranch: 'main',
    base: 'base',
    integration: {branch: 'orch/demo/integration', sha: null},
    verified: null,
    startedBy: null,
    agents: [anAgentView()],
    messages: [],
    incidents: [],
    spentUsd: 0,
    allowedUsd: null,
    deadlineAt: null,
    settings: {},
    createdAt: EPOCH,
    startedAt: EPOCH,
    updatedAt: EPOCH,
    finishedAt: null,
    ...changes,
  }
}

/** A developer at work, unless told otherwise. */
export function anAgentView(changes: Partial<AgentView> = {}): AgentView {
  const role = changes.role ?? 'developer'
  return {
    id: `a_${role.replaceAll('-', '')}`,
    project: 'p_1',
    role,
    title: role,
    kind: 'rehearsal',
    owes: 'commits',
    state: 'working',
    evidence: EVIDENCE,
    since: EPOCH,
    branch: `orch/demo/${role}`,
    worktree: `/worktrees/${role}`,
    run: {id: 'r_1', startedAt: EPOCH, pid: 1000},
    exitCode: null,
    restarts: 0,
    waitingFor: null,
    claim: null,
    rejections: 0,
    usage: null,
    ...changes,
  }
}

/** A message of a person to the developer, accepted, unless told otherwise. */
export function aMessageView(changes: Partial<MessageView> = {}): MessageView {
  return {
    id: 'm_1',
    project: 'p_1',
    from: 'person',
    sender: 'person',
    to: 'a_developer',
    kind: 'text',
    priority: 'normal',
    text: 'hello',
    file: null,
    state: 'accepted',
    reason: null,
    blockedBy: null,
    acceptedAt: EPOCH,
    offeredAt: null,
    acknowledgedAt: null,
    readAt: null,
    ...changes,
  }
}
