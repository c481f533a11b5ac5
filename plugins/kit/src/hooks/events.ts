import type {Ports} from '../ports/ports.js'
import type {Registration} from '../registration.js'
import type {Plan} from '../plan.js'
import type {Settings} from '../settings.js'
import type {NeedView} from '../watchers.js'
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
  /** At the start of the supervisor, within 5 s: the plugin says what it provides. */
  register: EventSpec<'collect', {readonly apiVersion: number; readonly ports: Ports}, Registration>
  /** Before an agent is started, and again whenever the answered wait is over. */
  awaitPort: EventSpec<'latest', AwaitPortInput, GateAnswer>
  /** Before an agent is started: which MCP servers it has. */
  mcpInit: EventSpec<'collect', McpInitInput, McpInitAnswer>
  /** Right before the process of an agent is made. Throwing vetoes the start. */
  beforeAgentSpawn: EventSpec<
    'merge',
    AgentSubject & {readonly worktree: string; readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>>},
    SpawnAdditions
  >
  /** The process of an agent was made. */
  afterAgentSpawn: EventSpec<'notify', AgentSubject & {readonly run: string; readonly pane: string}, void>
  /** Before a briefing is written: sections to add, heavier ones first. */
  beforeBriefing: EventSpec<'collect', AgentSubject & {readonly plan: Plan}, readonly BriefingSection[]>
  /** A window of an agent was destroyed: how long starts on its port wait. */
  afterWindowKill: EventSpec<'latest', AfterWindowKillInput, GateAnswer>
  /** An agent changed its state. */
  agentStateChanged: EventSpec<'notify', Change<AgentState> & {readonly role: string}, void>
  /** A message changed its state. */
  messageStateChanged: EventSpec<'notify', Change<MessageState>, void>
  /** A project changed its state. */
  projectStateChanged: EventSpec<'notify', Change<ProjectState>, void>
  /** What a person is needed for changed, by project (null: orch itself). */
  needsChanged: EventSpec<
    'notify',
    {readonly project: string | null; readonly opened: readonly NeedView[]; readonly settled: readonly NeedView[]},
    void
  >
  /** An account reached a limit (`limitedUntil`), or is tried again (null). */
  creditsChanged: EventSpec<'notify', {readonly account: string; readonly limitedUntil: number | null}, void>
  /** Before a branch is merged into the candidate. Throwing vetoes the merge and blocks the project. */
  beforeMerge: EventSpec<'guard', {readonly project: string; readonly role: string; readonly branch: string; readonly sha: string}, void>
  /** A branch was merged into the candidate. */
  afterMerge: EventSpec<'notify', {readonly project: string; readonly role: string; readonly branch: string; readonly sha: string}, void>
  /** Before `orch doctor --fix` removes what a crash left behind (`project` null: unknown). Throwing keeps it. */
  beforeCleanup: EventSpec<'guard', {readonly project: string | null; readonly what: string; readonly why: string}, void>
  /** It was removed; `proof` names what was kept of it. */
  afterCleanup: EventSpec<'notify', {readonly project: string | null; readonly what: string; readonly proof: string}, void>
}

export type EventName = keyof OrchEvents
export type InputOf<E extends EventName> = OrchEvents[E]['input']
/**
 * What a handler is given: the input and `settings`, its plugin's own section of the configuration as the project has it. Where no project is
 * meant it is the user's. `awaitPort` and `afterWindowKill` carry the settings of their owner.
 */
export type HeardOf<E extends EventName> = E extends 'register'
  ? InputOf<E>
  : InputOf<E> extends {readonly settings: Settings}
    ? InputOf<E>
    : InputOf<E> & {readonly settings: Settings}
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
