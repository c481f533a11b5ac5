import type {LoggedEvent} from '../domain/event.js'

/** How a message ends when it did not arrive. */
const LOST: readonly unknown[] = ['expired', 'dead']
/** Steps of the port gate that are events by themselves. */
const STEPS: readonly LoggedEvent['type'][] = ['oauth.lease', 'oauth.exit']

/** Whether somebody who reads what a run does wants a line of it; `orch events` prints them all. A message is one line, and one more when it is lost. */
export function isNews({type, data}: LoggedEvent): boolean {
  if (STEPS.includes(type)) return false
  return type !== 'message.state' || data['from'] === null || LOST.includes(data['to'])
}
