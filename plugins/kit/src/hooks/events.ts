import type {Ports} from '../ports/ports.js'
import type {Registration} from '../registration.js'
import type {Plan} from '../plan.js'
import type {AgentState, Evidence, MessageState, ProjectState} from '../vocabulary.js'
import type {AfterWindowKillInput, AwaitPortInput, GateAnswer, McpInitAnswer, McpInitInput} from './oauth.js'

/** How the answers of several plugins become one. oclif starts all plugins at once in no fixed order, so no other folds are possible. */
export type Fold = 'guard' | 'merge' | 'collect' | 'notify' | 'latest'

export interface EventSpec<F extends Fold, I, O> {
  readonly fold: F
  readonly input: I
  readonly output: O
}

export interface AgentSubject {
  readonly project: string
  readonly agent: string
  readonly role: string
  readonly kind: string
}

export interface Change<S extends string> {
  readonly id: string
  readonly project: string
  readonly from: S
  readonly to: S
  readonly evidence: Evidence
}

/** What `beforeAgentSpawn` may add; keys of orch's own (`ORCH_*`, the port, session, settings and permission flags) are protected. */
export interface SpawnAdditions {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}

export interface BriefingSection {
  readonly title: string
  readonly body: string
  /** Heavier sections come first and are cut last. */
  readonly weight: number
}

/** The events of orch. A plugin adds its own by declaration merging. */
export interface OrchEvents {
  register: EventSpec<'collect', {readonly apiVersion: number; readonly ports: Ports}, Registration>
  awaitPort: EventSpec<'latest', AwaitPortInput, GateAnswer>
  mcpInit: EventSpec<'collect', McpInitInput, McpInitAnswer>
  beforeAgentSpawn: EventSpec<
    'merge',
    AgentSubject & {readonly worktree: string; readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>>},
    SpawnAdditions
  >
  afterAgentSpawn: EventSpec<'notify', AgentSubject & {readonly run: string; readonly pane: string}, void>
  beforeBriefing: EventSpec<'collect', AgentSubject & {readonly plan: Plan}, readonly BriefingSection[]>
  afterWindowKill: EventSpec<'latest', AfterWindowKillInput, GateAnswer>
  agentStateChanged: EventSpec<'notify', Change<AgentState> & {readonly role: string}, void>
  messageStateChanged: EventSpec<'notify', Change<MessageState>, void>
  projectStateChanged: EventSpec<'notify', Change<ProjectState>, void>
  creditsChanged: EventSpec<'notify', {readonly account: string; readonly limitedUntil: number | null}, void>
  beforeMerge: EventSpec<'guard', {readonly project: string; readonly role: string; readonly branch: string; readonly sha: string}, void>
  afterMerge: EventSpec<'notify', {readonly project: string; readonly role: string; readonly branch: string; readonly sha: string}, void>
  beforeCleanup: EventSpec<'guard', {readonly project: string | null; readonly what: string; readonly why: string}, void>
  afterCleanup: EventSpec<'notify', {readonly project: string | null; readonly what: string; readonly proof: string}, void>
}

export type EventName = keyof OrchEvents
export type InputOf<E extends EventName> = OrchEvents[E]['input']
export type OutputOf<E extends EventName> = OrchEvents[E]['output']
export type FoldOf<E extends EventName> = OrchEvents[E]['fold']

/** An answer and whose it is. */
export interface Answer<T> {
  readonly plugin: string
  readonly value: T
}

/** What the bus makes of all answers to an event, by its fold. */
export type FoldedOf<E extends EventName> =
  FoldOf<E> extends 'collect'
    ? Answer<OutputOf<E>>[]
    : FoldOf<E> extends 'merge'
      ? OutputOf<E>
      : FoldOf<E> extends 'latest'
        ? GateAnswer
        : void
