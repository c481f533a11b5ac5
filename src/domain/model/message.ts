import type {MessageState, HeldBy} from '@orch/plugin-kit'

export const MESSAGE_KINDS = [
  'text',
  'question',
  'answer',
  'report',
  'claim',
  'approval',
  'command',
  'verdict',
  'conflict',
  'checkin',
  'system',
] as const

export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** From what can wait to what goes first. `low` messages that wait together are given as one digest. */
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const

export type Priority = (typeof PRIORITIES)[number]

/** Durable text between two parties. */
export interface Message {
  readonly id: string
  /** Agent id, `orch` or `person`. */
  readonly from: string
  /** What the recipient reads as the sender: a role, `orch` or `person`. */
  readonly sender: string
  readonly to: string
  readonly kind: MessageKind
  readonly priority: Priority
  /** Id of the message or request that led to it; null when it began something. */
  readonly cause: string | null
  /** How many messages led to it, one after the other. */
  readonly hops: number
  /** The whole of it, or its beginning when it lies in a file. */
  readonly text: string
  /** Where the whole text of a long one lies. */
  readonly file: string | null
  readonly state: MessageState
  /** Why it ended as `dead` or `expired`. */
  readonly reason: string | null
  readonly blockedBy: HeldBy | null
  /** Since when it is blocked for that reason, milliseconds UTC. */
  readonly blockedSince: number | null
  /** Run it was offered to; never twice into one. */
  readonly offeredTo: string | null
  /** To how many runs it was offered. */
  readonly offers: number
  readonly acceptedAt: number
  readonly offeredAt: number | null
  readonly submittedAt: number | null
  readonly acknowledgedAt: number | null
  /** The recipient has read it with `orch inbox`. */
  readonly readAt: number | null
  /** Expires at this time, milliseconds UTC; null: with the project. */
  readonly expiresAt: number | null
}
