import {oneLine, table} from './format.js'
import type {Message} from '../domain/model/message.js'

/** Messages, a line each, or that there is none. */
export function messageLines(messages: readonly Message[], agents: readonly {readonly id: string; readonly role: string}[]): string[] {
  if (messages.length === 0) return ['There is none.']
  const roleOf = (id: string) => agents.find((agent) => agent.id === id)?.role ?? id
  return table(
    messages.map(({id, sender, to, state, blockedBy, reason, text}) => [
      id,
      `${sender} → ${roleOf(to)}`,
      blockedBy ? `${state} (blocked by ${blockedBy})` : reason ? `${state} (${reason})` : state,
      oneLine(text, 90),
    ]),
  )
}
