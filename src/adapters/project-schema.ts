import {AGENT_STATES, MERGE_STATES, MESSAGE_STATES, PROJECT_STATES, type JsonSchema} from '@orch/plugin-kit'
import {MESSAGE_KINDS, PRIORITIES} from '../domain/model/message.js'
import {BASELINE_OUTCOMES} from '../domain/model/baseline.js'
import {APPROVAL_STATES} from '../domain/model/request.js'
import {STORE_SCHEMA} from '../domain/model/project.js'

const text = {type: 'string'}
const textOrNull = {type: ['string', 'null']}
const numberOrNull = {type: ['integer', 'null']}
const evidence = {
  type: 'object',
  required: ['source', 'what', 'at'],
  properties: {source: text, what: text, at: {type: 'integer'}},
}
const object = (properties: Record<string, unknown>, optional: readonly string[] = []) => ({
  type: 'object',
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  properties,
})
const listOf = (items: unknown) => ({type: 'array', items})

const context = object(
  {
    lostContext: text,
    warned: {type: 'boolean'},
    restart: object({why: text, fresh: {type: 'boolean'}, by: {type: 'object'}}, ['by']),
    healthRestarts: {type: 'integer'},
    handedOver: {type: 'boolean'},
    refused: text,
  },
  ['lostContext', 'warned', 'restart', 'healthRestarts', 'handedOver', 'refused'],
)

const agent = object(
  {
    id: text,
    role: text,
    title: text,
    kind: text,
    owes: {enum: ['commits', 'report', 'nothing']},
    mergeAfter: listOf(text),
    state: {enum: [...AGENT_STATES]},
    evidence,
    branch: text,
    worktree: text,
    directory: text,
    window: textOrNull,
    pane: textOrNull,
    conversation: text,
    hasConversation: {type: 'boolean'},
    transcript: {type: ['object', 'null']},
    run: {type: ['object', 'null']},
    exitCode: numberOrNull,
    restarts: {type: 'integer'},
    waitingFor: {type: ['object', 'null']},
    portBlock: object({from: {type: 'integer'}, to: {type: 'integer'}}),
    oauthPort: {type: 'integer'},
    options: {type: 'object'},
    claim: {type: ['object', 'null']},
    rejections: {type: 'integer'},
    returns: {type: 'integer'},
    context,
    since: {type: 'integer'},
    grants: listOf(text),
    childProjects: {type: 'object'},
    beside: listOf(object({id: text, what: text})),
    wakes: listOf(text),
    left: object({at: {type: 'integer'}, by: text}),
    denials: object({count: {type: 'integer'}, last: text, at: {type: 'integer'}}),
    refusals: {type: 'integer'},
    usage: {type: 'object'},
    costs: object({earlierUsd: {type: 'number'}, currentUsd: {type: 'number'}, run: textOrNull}),
    mcp: listOf({type: 'object'}),
  },
  ['refusals', 'usage', 'costs', 'mcp', 'returns', 'context', 'since', 'grants', 'childProjects', 'beside', 'wakes', 'denials', 'left'],
)

const message = object({
  id: text,
  from: text,
  sender: text,
  to: text,
  kind: {enum: [...MESSAGE_KINDS]},
  text,
  state: {enum: [...MESSAGE_STATES]},
  blockedBy: textOrNull,
  offeredTo: textOrNull,
  acceptedAt: {type: 'integer'},
  offeredAt: numberOrNull,
  submittedAt: numberOrNull,
  acknowledgedAt: numberOrNull,
  readAt: numberOrNull,
  priority: {enum: [...PRIORITIES]},
  cause: textOrNull,
  hops: {type: 'integer'},
  reason: textOrNull,
  blockedSince: numberOrNull,
  offers: {type: 'integer'},
  expiresAt: numberOrNull,
  file: textOrNull,
})

const command = object(
  {
    command: text,
    exitCode: numberOrNull,
    tookMs: {type: 'integer'},
    output: text,
    afterRole: textOrNull,
    notStarted: {const: true},
    changed: listOf(text),
    tests: {type: 'integer'},
    leftRunning: {type: 'integer'},
  },
  ['notStarted', 'changed', 'tests', 'leftRunning'],
)

const baseline = object({
  outcome: {enum: [...BASELINE_OUTCOMES]},
  commands: listOf(command),
  setUp: {anyOf: [command, {type: 'null'}]},
  at: {type: 'integer'},
})

const checkIn = object({
  id: text,
  agent: text,
  everyMinutes: {type: ['number', 'null']},
  nextAt: {type: 'integer'},
  note: textOrNull,
  by: text,
  misses: {type: 'integer'},
  given: {type: 'integer'},
  seen: {type: ['object', 'null']},
})

const request = object({
  id: text,
  from: text,
  asker: text,
  approver: text,
  question: text,
  timeoutMs: {type: 'integer'},
  deadline: numberOrNull,
  fallback: textOrNull,
  state: {enum: [...APPROVAL_STATES]},
  escalated: listOf(text),
  answer: textOrNull,
  answeredBy: textOrNull,
  askedAt: {type: 'integer'},
  answeredAt: numberOrNull,
})

const merge = object({
  agent: text,
  role: text,
  branch: text,
  state: {enum: [...MERGE_STATES]},
  head: textOrNull,
  sha: textOrNull,
  files: listOf(text),
  reason: textOrNull,
})

const incident = object(
  {
    cause: text,
    agent: textOrNull,
    about: textOrNull,
    what: text,
    commands: listOf(text),
    openedAt: {type: 'integer'},
    step: text,
    stepAt: {type: 'integer'},
    stepsTaken: {type: 'integer'},
  },
  ['commands', 'stepsTaken'],
)

const repositoryChange = object({id: text, what: text, undo: textOrNull, at: {type: 'integer'}, by: text, settled: textOrNull})

/** The document of a project, checked when it is read. */
export const PROJECT_SCHEMA: JsonSchema = object(
  {
    schema: {const: STORE_SCHEMA},
    revision: {type: 'integer'},
    id: text,
    key: text,
    name: text,
    slug: text,
    state: {enum: [...PROJECT_STATES]},
    reason: textOrNull,
    evidence,
    resumeTo: textOrNull,
    spec: object({path: text, digest: text}),
    directory: text,
    repository: object({root: text, mainRoot: text, commonDir: text}),
    parentBranch: textOrNull,
    base: text,
    integration: object({branch: text, sha: textOrNull}),
    options: {type: 'object'},
    startedBy: object({project: text, agent: text, role: text}),
    children: listOf(object({key: text, agent: text, budgetUsd: {type: ['number', 'null']}, project: text}, ['project'])),
    tmux: object({socket: text, session: textOrNull}),
    agents: listOf(agent),
    merges: listOf(merge),
    messages: listOf(message),
    checkIns: listOf(checkIn),
    requests: listOf(request),
    reports: listOf(object({agent: text, topic: text, status: text, at: {type: 'integer'}})),
    incidents: listOf(incident),
    repositoryWatched: {type: 'boolean'},
    repositoryChanges: listOf(repositoryChange),
    verification: {type: ['object', 'null']},
    baseline,
    parent: object({branch: text, moved: {type: 'boolean'}, why: textOrNull}),
    flags: listOf(object({kind: text, what: text})),
    unmerged: listOf(object({agent: text, role: text, branch: text, commits: {type: 'integer'}, reason: text})),
    leftBehind: listOf(object({agent: text, role: text, what: listOf(text), ref: textOrNull, at: {type: 'integer'}})),
    plugins: {type: 'object', additionalProperties: {type: 'object'}},
    createdAt: {type: 'integer'},
    startedAt: numberOrNull,
    updatedAt: {type: 'integer'},
    finishedAt: numberOrNull,
  },
  [
    'incidents',
    'repositoryWatched',
    'repositoryChanges',
    'baseline',
    'parent',
    'flags',
    'unmerged',
    'leftBehind',
    'startedBy',
    'children',
    'plugins',
  ],
)
