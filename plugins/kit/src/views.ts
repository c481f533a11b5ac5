/** What a plugin sees of projects: read-only copies, in which nothing is secret. Times are milliseconds UTC. */
import type {AgentUsage} from './capabilities/agent-driver.js'
import type {Settings} from './settings.js'
import type {AgentState, Evidence, HeldBy, MessageState, Owes, ProjectState} from './vocabulary.js'

/** A project as it was when the view was taken; a later state is another view. */
export interface ProjectView {
  readonly id: string
  readonly name: string
  /** The name as it stands in branch names. */
  readonly slug: string
  /** Grows with each commit. */
  readonly revision: number
  readonly state: ProjectState
  /** Why it is blocked, failed or cancelled. */
  readonly reason: string | null
  readonly evidence: Evidence
  /** Path of the specification. */
  readonly specification: string
  /** Folder of the person's repository. */
  readonly repository: string
  /** The branch checked out at the start; null when HEAD was detached. */
  readonly parentBranch: string | null
  /** The commit everything starts from. */
  readonly base: string
  readonly integration: {readonly branch: string; readonly sha: string | null}
  /** What orch saw itself: the merged work passed its acceptance commands. Null before the first verification. */
  readonly verified: boolean | null
  /** The agent that started it; null: a person did. */
  readonly startedBy: {readonly project: string; readonly agent: string; readonly role: string} | null
  readonly agents: readonly AgentView[]
  /** Messages in the record, oldest first; older ones lie in the archive. Made when it is read. */
  readonly messages: readonly MessageView[]
  /** What is wrong now. */
  readonly incidents: readonly IncidentView[]
  /** US dollars: what its agents have reported, and what a person allows (null: no budget). */
  readonly spentUsd: number
  readonly allowedUsd: number | null
  readonly deadlineAt: number | null
  /** Sections of plugins as they were when the project started, by section. Another plugin's are for its own use. */
  readonly settings: Readonly<Record<string, Settings>>
  readonly createdAt: number
  readonly startedAt: number | null
  readonly updatedAt: number
  readonly finishedAt: number | null
}

export interface AgentView {
  readonly id: string
  readonly project: string
  readonly role: string
  readonly title: string
  readonly kind: string
  readonly owes: Owes
  readonly state: AgentState
  readonly evidence: Evidence
  /** When it came into this state; null in records of before it was kept. */
  readonly since: number | null
  readonly branch: string
  readonly worktree: string
  /** Its process life; null before its first start. The start is recorded before there is a process. */
  readonly run: {readonly id: string; readonly startedAt: number; readonly pid: number | null} | null
  readonly exitCode: number | null
  /** Restarts after a crash since it last worked well. */
  readonly restarts: number
  readonly waitingFor: {readonly what: string; readonly until: number | null} | null
  readonly claim: {readonly message: string; readonly at: number; readonly verdict: 'pending' | 'holds' | 'rejected'} | null
  /** How often its claims were rejected. */
  readonly rejections: number
  /** What it has used, by its own account; null when it has not said. */
  readonly usage: AgentUsage | null
}

export interface MessageView {
  readonly id: string
  readonly project: string
  /** Agent id, `orch` or `person`. */
  readonly from: string
  /** What the recipient reads as the sender: a role, `orch` or `person`. */
  readonly sender: string
  readonly to: string
  readonly kind: string
  readonly priority: 'low' | 'normal' | 'high' | 'urgent'
  /** The whole of it, or its beginning when it lies in `file`. */
  readonly text: string
  readonly file: string | null
  readonly state: MessageState
  /** Why it ended as `dead` or `expired`. */
  readonly reason: string | null
  readonly blockedBy: HeldBy | null
  readonly acceptedAt: number
  readonly offeredAt: number | null
  readonly acknowledgedAt: number | null
  readonly readAt: number | null
}

export interface IncidentView {
  readonly cause: string
  readonly agent: string | null
  readonly about: string | null
  readonly what: string
  readonly openedAt: number
}

/** A line of the event log. */
export interface EventView {
  readonly type: string
  /** The agent it is about; null: the project. */
  readonly agent: string | null
  readonly at: number
  readonly data: Readonly<Record<string, unknown>>
}

/** A commit: the project after it, and what it changed. */
export interface ProjectChange {
  readonly project: ProjectView
  readonly events: readonly EventView[]
  /** How many changes before this one were left out because the reader was too slow; 0 for a reader that keeps up. */
  readonly missed: number
}

/** Projects, seen from a plugin. Reads answer from memory. */
export interface Projects {
  /** Unfinished projects, oldest first. @throws ORCH_INTERNAL inside `register`: there is nothing to see yet */
  list(): readonly ProjectView[]
  /** An unfinished project. @throws as `list` */
  get(id: string): ProjectView | undefined
  /** The same for a project that may be finished; reads its record. */
  load(id: string): Promise<ProjectView | undefined>
  /** An agent of an unfinished project, by the ids that events carry. @throws as `list` */
  agent(project: string, agent: string): AgentView | undefined
  /** A message of an unfinished project. @throws as `list` */
  message(project: string, message: string): MessageView | undefined
  /**
   * Commits from now on, of every project, one by one. Can be called inside `register`. Ends with the signal, and when orch stops. Holds at most
   * 1,000 changes for a reader; then the oldest are left out, and `missed` says how many.
   */
  changes(signal: AbortSignal): AsyncIterable<ProjectChange>
}
