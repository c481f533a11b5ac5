import type {Change} from './change.js'
import type {DomainEvent} from './event.js'
import {PROJECT_OVER} from './mailbox.js'
import {moveMessage} from './message.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'

/**
 * Takes back the expiry of messages that the end of a project closed, where they are still of use to their recipients. What was received stays as it is.
 * @param now milliseconds UTC
 */
export function reopenMailboxes(project: Project, now: number): Change {
  const events: DomainEvent[] = []
  const messages = project.messages.map((message) => {
    if (message.state !== 'expired' || message.reason !== PROJECT_OVER || !isOfUse(project, message, now)) return message
    const moved = moveMessage(message, 'accepted', now)
    events.push(...moved.events)
    return moved.message
  })
  return {project: events.length === 0 ? project : {...project, messages}, events}
}

function isOfUse(project: Project, {to, kind, cause, readAt, expiresAt}: Message, now: number): boolean {
  const recipient = findAgent(project, to)
  if (!recipient || readAt !== null || (expiresAt !== null && expiresAt <= now)) return false
  switch (kind) {
    case 'checkin':
      // The next one is ahead.
      return false
    case 'approval':
      return project.requests.some(({id, state}) => id === cause && state === 'pending')
    case 'verdict':
    case 'conflict':
      return recipient.claim?.verdict === 'rejected'
    default:
      return true
  }
}
