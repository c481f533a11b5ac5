import type {MessageState} from '@orch/plugin-kit'
import {unchanged, type Change} from './change.js'
import {messageIdsIn, moveMessage, type Message} from './message.js'
import {withMessage, type Project} from './project.js'

/** Puts a message into the mailbox of its recipient; one that is there already is not put in twice. */
export function accept(project: Project, message: Message): Change {
  if (project.messages.some(({id}) => id === message.id)) return unchanged(project)
  const data = {id: message.id, from: null, to: 'accepted', sender: message.sender, kind: message.kind}
  return {
    project: {...project, messages: [...project.messages, message]},
    events: [{type: 'message.state', agent: message.to, data}],
  }
}

/** Receipts for the messages whose ids a text holds: the agent's input has it, or its conversation does. */
export function receiptsIn(project: Project, agentId: string, to: 'submitted' | 'acknowledged', text: string, now: number): Change {
  const ids = messageIdsIn(text)
  const open = project.messages.filter((message) => message.to === agentId && ids.includes(message.id) && rank(message.state) < rank(to))
  return open.reduce((change, message) => step(change, message, to, now), unchanged(project))
}

/** A run ended: what it has no receipt for is accepted again, and offered to the next run. */
export function returnUnreceived(project: Project, agentId: string, now: number): Change {
  const open = project.messages.filter(({to, state}) => to === agentId && (state === 'offered' || state === 'submitted'))
  return open.reduce((change, message) => step(change, message, 'accepted', now), unchanged(project))
}

/** Nobody will read them any more: the project is over. */
export function closeMailboxes(project: Project, now: number): Change {
  const open = project.messages.filter(({state}) => rank(state) < rank('acknowledged'))
  return open.reduce((change, message) => step(change, message, 'expired', now), unchanged(project))
}

function step({project, events}: Change, message: Message, to: MessageState, now: number): Change {
  const moved = moveMessage(message, to, now)
  return {project: withMessage(project, moved.message), events: [...events, ...moved.events]}
}

function rank(state: MessageState): number {
  return ['accepted', 'offered', 'submitted', 'acknowledged', 'expired', 'dead'].indexOf(state)
}
