import type {AgentState} from './vocabulary.js'
import type {ProjectView} from './views.js'

/** What can be kept as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json}

/**
 * Periodic work of a plugin for each unfinished project. What it sees outside of the record it finds out in `observe`; what is done about it is
 * decided by `decide` and carried out by orch, all of it or nothing, in one commit.
 */
export interface Watcher<Observed = unknown, Own extends Json = Json> {
  /** Unique within the plugin. */
  readonly name: string
  /** Milliseconds from the end of one look at a project to the next: 1,000 at least. */
  readonly everyMs: number
  /**
   * Looks at the world: files, processes, the network. May take 30 s; then `signal` is aborted, and nothing is decided.
   * @param signal also aborted when orch stops
   */
  observe?(project: ProjectView, signal: AbortSignal): Promise<Observed>
  /**
   * Pure, and quick: it runs inside of a commit, may be called more than once for one look, and must not wait.
   * @param observed what `observe` found; undefined without it
   * @param own what the plugin kept with this project by `keep`; undefined before that
   * @param now milliseconds UTC
   */
  decide(project: ProjectView, observed: Observed | undefined, own: Own | undefined, now: number): readonly Act[]
}

/** What a watcher may have done. Agents are named by their id; a reason is a clause that goes into the record with the plugin's name. */
export type Act =
  /** A message with receipt, from the plugin: 2,000 characters and 30 lines at most. */
  | {readonly do: 'tell'; readonly agent: string; readonly text: string; readonly priority?: 'low' | 'normal' | 'high' | 'urgent'}
  /** Says what an agent that runs is seen to do. `until`: when a limit ends, milliseconds UTC. */
  | {readonly do: 'move-agent'; readonly agent: string; readonly to: SeenState; readonly why: string; readonly until?: number}
  /** Sets the project aside; `resume` takes it up again. */
  | {readonly do: 'move-project'; readonly to: 'blocked' | 'waiting-credits'; readonly why: string}
  /** Starts an agent that runs again. `fresh`: in a new conversation, with its notes. Not within 10 s of its start. */
  | {readonly do: 'restart-agent'; readonly agent: string; readonly why: string; readonly fresh?: boolean}
  | {readonly do: 'pause'; readonly why: string}
  /** Takes up what this plugin set aside. What a person or orch set aside stays so. */
  | {readonly do: 'resume'; readonly why: string}
  /** Something is wrong. One of a name and agent is open at a time. */
  | {readonly do: 'open-incident'; readonly name: string; readonly agent?: string; readonly what: string}
  | {readonly do: 'close-incident'; readonly name: string; readonly agent?: string; readonly why: string}
  /** A person is needed: `orch status` says so, and `needsChanged` tells it. One of an id is open at a time; put again, it is replaced. */
  | {readonly do: 'need'; readonly id: string; readonly agent?: string; readonly what: string; readonly commands?: readonly string[]}
  | {readonly do: 'settle-need'; readonly id: string; readonly why: string}
  /** Keeps a value with the project in place of the last one: 16 KiB of JSON at most. */
  | {readonly do: 'keep'; readonly value: Json}

/** States that an agent that runs may be seen in. */
export type SeenState = Extract<AgentState, 'working' | 'idle' | 'needs-input' | 'limited' | 'stuck' | 'unknown'>

/** What is needed from a person. */
export interface NeedView {
  /** The agent it concerns; null: the project. */
  readonly agent: string | null
  readonly what: string
  /** Milliseconds UTC. */
  readonly since: number
  /** Commands to run next, the most useful first. */
  readonly commands: readonly string[]
}
