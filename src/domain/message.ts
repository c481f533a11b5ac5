import type {MessageState} from '@orch/plugin-kit'
import type {DomainEvent} from './event.js'
import {MESSAGE_TRANSITIONS} from './message-states.js'
import {requireTransition} from './transition.js'
import type {MessageKind, Priority, Message} from './model/message.js'

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
    blockedBy: null,
    blockedSince: null,
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
    message: {...message, ...stamp(message, to, at), blockedBy: null, blockedSince: null, ...changes, reason, state: to},
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
