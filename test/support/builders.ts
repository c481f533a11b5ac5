import type {AgentUsage, Outline, Plan, PlanRole, RepositoryFacts} from '@orch/plugin-kit'
import {STORE_SCHEMA, type Project, type ProjectOptions} from '../../src/domain/model/project.js'
import type {Message} from '../../src/domain/model/message.js'
import type {Merge} from '../../src/domain/model/merge.js'
import type {Claim} from '../../src/domain/model/claim.js'
import type {Approval} from '../../src/domain/model/request.js'
import type {Agent, Run} from '../../src/domain/model/agent.js'

/** Where a FakeClock begins. */
export const EPOCH = 1_700_000_000_000

export function aRun(changes: Partial<Run> = {}): Run {
  return {id: 'r_1', token: 'token-1', process: {pid: 1000, startedAt: '1'}, startedAt: EPOCH, ...changes}
}

export function aClaim(changes: Partial<Claim> = {}): Claim {
  return {message: 'done', evidence: [], at: EPOCH, verdict: 'pending', reason: null, ...changes}
}

/** A developer at work, unless told otherwise. */
export function anAgent(changes: Partial<Agent> = {}): Agent {
  const role = changes.role ?? 'developer'
  return {
    id: `a_${role.replaceAll('-', '')}`,
    role,
    title: role,
    kind: 'fake',
    owes: 'commits',
    mergeAfter: [],
    state: 'working',
    evidence: {source: 'hook', what: 'test', at: EPOCH},
    branch: `orch/demo/${role}`,
    worktree: `/state/projects/p_1/worktrees/${role}`,
    directory: `/state/projects/p_1/agents/${role}`,
    window: null,
    pane: null,
    conversation: '00000000-0000-4000-8000-000000000000',
    hasConversation: true,
    transcript: null,
    run: aRun(),
    exitCode: null,
    restarts: 0,
    waitingFor: null,
    portBlock: {from: 41_000, to: 41_009},
    oauthPort: 3000,
    options: {},
    claim: null,
    rejections: 0,
    ...changes,
  }
}

export function someUsage(changes: Partial<AgentUsage> = {}): AgentUsage {
  return {model: null, contextPercent: null, contextTokens: null, costUsd: null, windows: [], ...changes}
}

/** An agent of which nothing has been started. */
export function aPlannedAgent(changes: Partial<Agent> = {}): Agent {
  return anAgent({state: 'planned', run: null, hasConversation: false, ...changes})
}

export function someOptions(changes: Partial<ProjectOptions> = {}): ProjectOptions {
  return {
    merge: 'integration',
    trusted: false,
    acceptance: [],
    setup: [],
    copy: [],
    commandTimeoutMs: 60_000,
    readyTimeoutMs: null,
    briefingBudgetChars: 24_000,
    stopOnExit: false,
    deadlineAt: null,
    budget: null,
    oauth: {},
    drivers: {},
    ...changes,
  }
}

/** A running project with one developer, unless told otherwise. */
export function aProject(changes: Partial<Project> = {}): Project {
  return {
    schema: STORE_SCHEMA,
    revision: 1,
    id: 'p_1',
    key: 'key-1',
    name: 'demo',
    slug: 'demo',
    state: 'running',
    reason: null,
    evidence: {source: 'orch', what: 'test', at: EPOCH},
    resumeTo: null,
    spec: {path: '/repo/spec.md', digest: 'd'},
    directory: '/state/projects/p_1',
    repository: {root: '/repo', mainRoot: '/repo', commonDir: '/repo/.git'},
    parentBranch: 'main',
    base: 'base',
    integration: {branch: 'orch/demo/integration', sha: null},
    options: someOptions(),
    tmux: {socket: 'memory', session: null},
    agents: [anAgent()],
    merges: [],
    messages: [],
    checkIns: [],
    requests: [],
    reports: [],
    verification: null,
    createdAt: EPOCH,
    startedAt: EPOCH,
    updatedAt: EPOCH,
    finishedAt: null,
    ...changes,
  }
}

/** A message of a person to the developer, accepted, unless told otherwise. */
export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    id: 'm_1',
    from: 'person',
    sender: 'person',
    to: 'a_developer',
    kind: 'text',
    text: 'hello',
    file: null,
    priority: 'normal',
    cause: null,
    hops: 0,
    state: 'accepted',
    reason: null,
    blockedBy: null,
    blockedSince: null,
    offeredTo: null,
    offers: 0,
    acceptedAt: EPOCH,
    offeredAt: null,
    submittedAt: null,
    acknowledgedAt: null,
    readAt: null,
    expiresAt: null,
    ...changes,
  }
}

/** A request of the developer to a person, pending, unless told otherwise. */
export function anApproval(changes: Partial<Approval> = {}): Approval {
  return {
    id: 'q_1',
    from: 'a_developer',
    asker: 'developer',
    approver: 'person',
    question: 'May I?',
    timeoutMs: 900_000,
    deadline: null,
    fallback: null,
    state: 'pending',
    escalated: [],
    answer: null,
    answeredBy: null,
    askedAt: EPOCH,
    answeredAt: null,
    ...changes,
  }
}

export function aMerge(changes: Partial<Merge> = {}): Merge {
  return {
    agent: 'a_developer',
    role: 'developer',
    branch: 'orch/demo/developer',
    state: 'pending',
    head: null,
    sha: null,
    files: [],
    reason: null,
    ...changes,
  }
}

export function aRepository(changes: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return {
    root: '/repo',
    commonDir: '/repo/.git',
    mainRoot: '/repo',
    tie: 'own',
    head: {kind: 'branch', name: 'main', sha: 'base'},
    dirty: 0,
    bare: false,
    shallow: false,
    submodules: false,
    identity: {name: 'Ada', email: 'ada@example.org'},
    blockingRef: null,
    operation: null,
    signsCommits: false,
    programs: [],
    ...changes,
  }
}

export function anOutline(changes: Partial<Outline> = {}): Outline {
  return {
    title: 'Demo',
    summary: 'A demonstration.',
    type: 'library',
    technologies: ['node'],
    phases: [{name: 'Build', hours: 2, tasks: [{id: 't1', title: 'Do it', done: false, line: 3}]}],
    criteria: ['It works'],
    acceptance: [],
    size: {size: 'small', estimatedLines: 100, complexity: 'low'},
    ...changes,
  }
}

export function aRole(changes: Partial<PlanRole> = {}): PlanRole {
  return {
    key: 'developer',
    title: 'Developer',
    purpose: 'Builds it.',
    responsibilities: ['Code'],
    owes: 'commits',
    after: [],
    checkInMinutes: 30,
    initialCommands: [],
    briefing: 'developer',
    tasks: ['t1'],
    agent: {},
    ...changes,
  }
}

export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    schema: 1,
    planner: 'outline',
    outline: anOutline(),
    team: {template: 'library', confidence: 1, why: [], cap: 10, roles: [aRole()], cut: []},
    acceptance: [],
    setup: [],
    totalHours: 2,
    warnings: [],
    ...changes,
  }
}
