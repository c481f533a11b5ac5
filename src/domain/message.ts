import type {HeldBy, MessageState} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {MESSAGE_TRANSITIONS} from './message-states.js'
import {requireTransition} from './transition.js'

export const MESSAGE_KINDS = ['text', 'question', 'answer', 'verdict', 'conflict', 'checkin', 'system'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** Durable text between two parties. */
export interface Message {
  readonly id: string
  /** Agent id, `orch` or `person`. */
  readonly from: string
  /** What the recipient reads as the sender: a role, `orch` or `person`. */
  readonly sender: string
  readonly to: string
  readonly kind: MessageKind
  readonly text: string
  readonly state: MessageState
  readonly heldBy: HeldBy | null
  /** Run it was offered to; never twice into one. */
  readonly offeredTo: string | null
  readonly acceptedAt: number
  readonly offeredAt: number | null
  readonly submittedAt: number | null
  readonly acknowledgedAt: number | null
  /** The recipient has read it with `orch inbox`. */
  readonly readAt: number | null
}

/** A message before it is accepted. */
export interface Letter {
  readonly from: string
  readonly sender: string
  readonly to: string
  readonly kind: MessageKind
  readonly text: string
}

/** A letter as the record keeps it from its acceptance on. */
export function newMessage(id: string, letter: Letter, now: number): Message {
  return {
    id,
    ...letter,
    state: 'accepted',
    heldBy: null,
    offeredTo: null,
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
  return {
    message: {...message, ...stamp(to, at), heldBy: null, ...changes, state: to},
    events: [
      {
        type: 'message.state',
        agent: message.to,
        data: {id: message.id, from: message.state, to, sender: message.sender, kind: message.kind},
      },
    ],
  }
}

function stamp(state: MessageState, at: number): Partial<Message> {
  if (state === 'offered') return {offeredAt: at}
  if (state === 'submitted') return {submittedAt: at}
  if (state === 'acknowledged') return {acknowledgedAt: at}
  if (state === 'accepted') return {offeredAt: null, submittedAt: null, offeredTo: null}
  return {}
}

/** How a message stands in its recipient's composer; the id in it is what receipts are found by. */
export function composeText(message: Message): string {
  const mark = message.kind === 'verdict' ? ' [orch:rejected]' : message.kind === 'conflict' ? ' [orch:conflict]' : ''
  return `[orch ${message.id} from ${message.sender}]${mark} ${message.text}`
}

/** Ids of messages that a text holds. */
export function messageIdsIn(text: string): string[] {
  return [...text.matchAll(/\[orch (m_[0-9a-z]+) from /g)].map(([, id]) => id!)
}
