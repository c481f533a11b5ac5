import type {MergeState} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {MERGE_TRANSITIONS} from './merge-states.js'
import {requireTransition} from './transition.js'

/** A command orch ran itself, and how it ended: evidence. */
export interface CommandEvidence {
  readonly command: string
  /** null when it was ended by a signal or a time-out. */
  readonly exitCode: number | null
  readonly tookMs: number
  /** The last lines of its output. */
  readonly output: string
  /** After the merge of which role it ran; null: on the base alone. */
  readonly afterRole: string | null
  /** Its program was not found, or could not be executed. */
  readonly notStarted?: true
  /** Tracked files that differ from the commit after it ran: its result counts for nothing. */
  readonly changed?: readonly string[]
  /** How many tests it ran, by its own summary; missing when it printed none that is known. */
  readonly tests?: number
  /** How many processes it left running; orch ended them. */
  readonly leftRunning?: number
}

/** Whether every command succeeded, and on the commit as recorded. */
export function holds(evidence: readonly CommandEvidence[]): boolean {
  return evidence.every((one) => !hasFailed(one))
}

export function hasFailed({exitCode, changed = []}: CommandEvidence): boolean {
  return exitCode !== 0 || changed.length > 0
}

/** One role's branch on its way into the integration branch. */
export interface Merge {
  readonly agent: string
  readonly role: string
  readonly branch: string
  readonly state: MergeState
  /** The commit of the branch that is or was checked. */
  readonly head: string | null
  /** The commit of the integration branch that holds it. */
  readonly sha: string | null
  readonly files: readonly string[]
  readonly reason: string | null
}

/** The merge in another state. @throws ORCH_ILLEGAL_TRANSITION */
export function moveMerge(merge: Merge, to: MergeState, changes: Partial<Merge> = {}): {merge: Merge; events: DomainEvent[]} {
  if (merge.state === to) return {merge: {...merge, ...changes}, events: []}
  requireTransition(MERGE_TRANSITIONS, 'merge of', merge.branch, merge.state, to)
  const next = {...merge, ...changes, state: to}
  return {
    merge: next,
    events: [
      {
        type: 'merge.state',
        agent: merge.agent,
        data: {from: merge.state, to, branch: merge.branch, head: next.head, sha: next.sha, reason: next.reason},
      },
    ],
  }
}

/**
 * The order in which branches are merged: each after those it names, else as the team lists them.
 * Names that are not on the team are passed over; a cycle is cut where it closes.
 */
export function mergeOrder<T extends {readonly role: string; readonly after: readonly string[]}>(members: readonly T[]): T[] {
  const byRole = new Map(members.map((member) => [member.role, member]))
  const ordered = new Set<T>()
  const visiting = new Set<T>()
  const visit = (member: T): void => {
    if (ordered.has(member) || visiting.has(member)) return
    visiting.add(member)
    for (const role of member.after) {
      const before = byRole.get(role)
      if (before) visit(before)
    }
    visiting.delete(member)
    ordered.add(member)
  }
  members.forEach(visit)
  return [...ordered]
}
