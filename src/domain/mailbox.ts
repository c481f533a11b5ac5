import type {MessageState} from '@orch/plugin-kit'
import {unchanged, type Change} from './change.js'
import type {DomainEvent} from './event.js'
import {messageIdsIn} from './letter-text.js'
import {isOpen, moveMessage} from './message.js'
import {withMessage} from './project.js'
import type {Project} from './model/project.js'
import {PRIORITIES, type Message} from './model/message.js'
import type {Agent} from './model/agent.js'

/** To how many runs of its agent a message is offered before it is given up: each of them ended without a receipt. */
const MAX_OFFERS = 5
/** Most messages without a receipt in one agent. An agent at work queues them and takes them one by one (measured on Claude Code 2.1.197 and 2.1.330). */
const MAX_OUTSTANDING = 4
/** Milliseconds after which a message that was pasted and shows nowhere no longer keeps those of other senders back. */
const OFFER_MS = 15_000
/** Why a message without a reader expired. */
export const PROJECT_OVER = 'the project is over'
/** Most `low` messages in one digest. */
const MAX_DIGEST = 20

/** Puts a message into the mailbox of its recipient; one that is there already is not put in twice. */
export function accept(project: Project, message: Message): Change {
  if (project.messages.some(({id}) => id === message.id)) return unchanged(project)
  const data = {id: message.id, from: null, to: 'accepted', sender: message.sender, kind: message.kind}
  return {
    project: {...project, messages: [...project.messages, message]},
    events: [{type: 'message.state', agent: message.to, data}],
  }
}

/**
 * What is to be given to an agent next, as one paste: the most important message, of those the oldest; or what is `low` and has waited long enough,
 * together. Empty while enough is under way already.
 */
export function nextFor({messages}: Project, agent: Agent, now: number, digestMs: number): readonly Message[] {
  const own = messages.filter(({to}) => to === agent.id)
  if (own.filter((message) => isOutstanding(message, now)).length >= MAX_OUTSTANDING) return []
  // What a sender says next must not arrive before what nobody has seen arrive yet: should that be lost, it comes again, and would come after it.
  const unseen = new Set(own.filter(({state}) => state === 'offered').map(({from}) => from))
  const waiting = own.filter(({state, from, priority}) => state === 'accepted' && (priority === 'urgent' || !unseen.has(from)))
  const [first] = waiting.filter(({priority}) => priority !== 'low').sort((a, b) => rankOf(b) - rankOf(a))
  if (first) return [first]
  const low = waiting.filter(({priority}) => priority === 'low')
  return low.some(({acceptedAt}) => acceptedAt + digestMs <= now) ? low.slice(0, MAX_DIGEST) : []
}

/** Receipts for the messages whose ids a text holds: the agent's input has it, or its conversation does. */
export function receiptsIn(project: Project, agentId: string, to: 'submitted' | 'acknowledged', text: string, now: number): Change {
  const ids = messageIdsIn(text)
  return receive(project, to, now, (message) => message.to === agentId && ids.includes(message.id))
}

/** A receipt for a slash command: it holds no id, so the oldest that was offered is meant. */
export function receiptOfCommand(
  project: Project,
  agentId: string,
  to: 'submitted' | 'acknowledged',
  command: string,
  now: number,
): Change {
  const wanted = project.messages.find(
    (message) =>
      message.to === agentId && message.kind === 'command' && isUnderWay(message) && message.text.split(' ')[0] === command.split(' ')[0],
  )
  return receive(project, to, now, (message) => message === wanted)
}

/** A run ended: what it has no receipt for is accepted again, and offered to the next run; what too many runs left unread is dead. */
export function returnUnreceived(project: Project, agentId: string, now: number): Change {
  const open = project.messages.filter((message) => message.to === agentId && isUnderWay(message))
  return open.reduce(
    (change, message) =>
      message.offers < MAX_OFFERS
        ? step(change, message, 'accepted', now)
        : step(change, message, 'dead', now, `${message.offers} runs ended without a receipt for it`),
    unchanged(project),
  )
}

/** Expires the unread messages of a project that is over. */
export function closeMailboxes(project: Project, now: number): Change {
  const events: DomainEvent[] = []
  // One pass: message by message it would take the square of thousands.
  const messages = project.messages.map((message) => {
    if (!isOpen(message)) return message
    const moved = moveMessage(message, 'expired', now, {reason: PROJECT_OVER})
    events.push(...moved.events)
    return moved.message
  })
  return events.length === 0 ? unchanged(project) : {project: {...project, messages}, events}
}

/** One message to its end. */
export function giveUp(project: Project, message: Message, to: 'expired' | 'dead', reason: string, now: number): Change {
  return step(unchanged(project), message, to, now, reason)
}

/** Pasted or queued, and without a receipt. */
export function isUnderWay({state}: Message): boolean {
  return state === 'offered' || state === 'submitted'
}

function isOutstanding({state, offeredAt}: Message, now: number): boolean {
  return state === 'submitted' || (state === 'offered' && now - (offeredAt ?? 0) < OFFER_MS)
}

function receive(project: Project, to: 'submitted' | 'acknowledged', now: number, mine: (message: Message) => boolean): Change {
  const known: readonly MessageState[] =
    to === 'submitted' ? ['accepted', 'offered'] : ['accepted', 'offered', 'submitted', 'dead', 'expired']
  const open = project.messages.filter((message) => mine(message) && known.includes(message.state))
  return open.reduce((change, message) => step(change, message, to, now), unchanged(project))
}

function step({project, events}: Change, message: Message, to: MessageState, now: number, reason: string | null = null): Change {
  const moved = moveMessage(message, to, now, {reason})
  return {project: withMessage(project, moved.message), events: [...events, ...moved.events]}
}

function rankOf({priority}: Message): number {
  return PRIORITIES.indexOf(priority)
}
