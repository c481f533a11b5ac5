import type {MergeState} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {MERGE_TRANSITIONS} from './merge-states.js'
import {requireTransition} from './transition.js'
import type {CommandEvidence, Merge} from './model/merge.js'

/** Whether every command succeeded, and on the commit as recorded. */
export function holds(evidence: readonly CommandEvidence[]): boolean {
  return evidence.every((one) => !hasFailed(one))
}

export function hasFailed({exitCode, changed = []}: CommandEvidence): boolean {
  return exitCode !== 0 || changed.length > 0
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
export function mergeOrder<T extends {readonly role: string; readonly mergeAfter: readonly string[]}>(members: readonly T[]): T[] {
  const byRole = new Map(members.map((member) => [member.role, member]))
  const ordered = new Set<T>()
  const visiting = new Set<T>()
  const visit = (member: T): void => {
    if (ordered.has(member) || visiting.has(member)) return
    visiting.add(member)
    for (const role of member.mergeAfter) {
      const before = byRole.get(role)
      if (before) visit(before)
    }
    visiting.delete(member)
    ordered.add(member)
  }
  members.forEach(visit)
  return [...ordered]
}
