import {isPastStart} from './agent-states.js'
import {thresholdsOf} from './health.js'
import {findAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Message} from './model/message.js'
import type {Incident} from './model/incident.js'
import type {HealthSettings} from './model/health-settings.js'

type Overdue = Pick<Incident, 'cause' | 'agent' | 'about' | 'what'>

/** Questions that were not answered, and messages that reached an agent's input and never its conversation, for longer than its role may take. */
export function overdueMail(project: Project, settings: HealthSettings, now: number): Overdue[] {
  return project.messages.flatMap((message): Overdue[] => {
    const agent = findAgent(project, message.to)
    if (!agent || !isPastStart(agent.state)) return []
    const limitMs = thresholdsOf(settings, agent.role).answerMinutes * 60_000
    if (isUnanswered(project, message) && now - message.acknowledgedAt! > limitMs)
      return [{cause: 'no-answer', agent: agent.id, about: message.id, what: `${message.id} from ${message.sender}`}]
    // While it works it may still take it up; at rest it never will.
    const isLeftLying = message.state === 'submitted' && message.readAt === null && agent.state === 'idle'
    if (isLeftLying && now - (message.submittedAt ?? now) > limitMs)
      return [{cause: 'no-receipt', agent: agent.id, about: message.id, what: `${message.id} from ${message.sender}`}]
    return []
  })
}

/** A question that its recipient has, and that nothing was said to the asker after. */
export function isUnanswered({messages}: Project, {kind, state, from, to, acknowledgedAt}: Message): boolean {
  if (kind !== 'question' || state !== 'acknowledged' || acknowledgedAt === null) return false
  return !messages.some((answer) => answer.from === to && answer.to === from && answer.acceptedAt >= acknowledgedAt)
}
