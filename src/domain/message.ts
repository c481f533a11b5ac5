import type {HeldBy, MessageState} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {MESSAGE_TRANSITIONS} from './message-states.js'
import {requireTransition} from './transition.js'

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
  readonly heldBy: HeldBy | null
  /** Since when it is held for that reason, milliseconds UTC. */
  readonly heldSince: number | null
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
  /** After this time, milliseconds UTC, it is not offered any more; null: as long as the project lives. */
  readonly expiresAt: number | null
}

/** A message before it is accepted. */
export interface Letter {
  readonly from: string
  readonly sender: string
  readonly to: string
  readonly kind: MessageKind
  readonly text: string
  readonly file?: string | null
  readonly priority?: Priority
  readonly cause?: string | null
  readonly hops?: number
  readonly expiresAt?: number | null
}

/** A letter as the record keeps it from its acceptance on. */
export function newMessage(id: string, letter: Letter, now: number): Message {
  return {
    id,
    priority: 'normal',
    cause: null,
    hops: 0,
    expiresAt: null,
    file: null,
    ...letter,
    state: 'accepted',
    reason: null,
    heldBy: null,
    heldSince: null,
    offeredTo: null,
    offers: 0,
    acceptedAt: now,
    offeredAt: null,
    submittedAt: null,
    acknowledgedAt: null,
    readAt: null,
  }
}

/** The message in another state with its time. @throws ORCH_ILLEGAL_TRANSITION */
export function moveMessage(
  message: Message,
  to: MessageState,
  at: number,
  changes: Partial<Message> = {},
): {message: Message; events: DomainEvent[]} {
  if (message.state === to) return {message: {...message, ...changes}, events: []}
  requireTransition(MESSAGE_TRANSITIONS, 'message', message.id, message.state, to)
  const {id, sender, kind} = message
  const reason = changes.reason ?? null
  return {
    message: {...message, ...stamp(message, to, at), heldBy: null, heldSince: null, ...changes, reason, state: to},
    events: [
      {
        type: 'message.state',
        agent: message.to,
        data: {id, from: message.state, to, sender, kind, ...(reason === null ? {} : {reason})},
      },
    ],
  }
}

/** It has no receipt yet and may still get one. */
export function isOpen({state}: Message): boolean {
  return state === 'accepted' || state === 'offered' || state === 'submitted'
}

function stamp({offers}: Message, state: MessageState, at: number): Partial<Message> {
  if (state === 'offered') return {offeredAt: at, offers: offers + 1}
  if (state === 'submitted') return {submittedAt: at}
  if (state === 'acknowledged') return {acknowledgedAt: at}
  if (state === 'accepted') return {offeredAt: null, submittedAt: null, offeredTo: null}
  return {}
}
