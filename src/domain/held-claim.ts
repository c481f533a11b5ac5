import {isAlive} from './agent-states.js'
import {unchanged, type Change} from './change.js'
import {accept} from './mailbox.js'
import {newMessage} from './message.js'
import {findAgent, withAgent} from './project.js'
import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** Milliseconds until an agent hears what its claim waits for: most background work has ended by then. */
const TELL_MS = 60_000

/**
 * Why the claim of an agent is not judged yet: work that it started goes on beside its turns, and may still change what it claims. A claim that comes
 * meanwhile may also be a subagent's, which speaks with the agent's token. Judged when the agent says that nothing runs any more.
 * @returns what runs, in words; null when nothing holds the claim
 */
export function holdOf({state, claim, beside = []}: Agent): string | null {
  if (!claim || claim.verdict === 'rejected' || !isAlive(state) || beside.length === 0) return null
  return besideText(beside)
}

/** Records that a claim is held, and tells its agent when that lasts. @param messageId id for the message */
export function followHold(project: Project, agentId: string, messageId: () => string, now: number): Change {
  const agent = findAgent(project, agentId)!
  const why = holdOf(agent)
  if (why === null) return unchanged(project)
  const {held} = agent.claim!
  if (held === undefined) {
    const claim = {...agent.claim!, held: {since: now, told: false}}
    return {
      project: withAgent(project, {...agent, claim}),
      events: [{type: 'verdict', agent: agentId, data: {verdict: 'held', reason: `it waits for ${why}`}}],
    }
  }
  if (held.told || now - held.since < TELL_MS) return unchanged(project)
  const claim = {...agent.claim!, held: {...held, told: true}}
  const text = `Your claim is not judged yet: it waits for ${why}. Wait for it if it belongs to your work, else end it; there is no need to claim again.`
  const message = newMessage(messageId(), {from: 'orch', sender: 'orch', to: agentId, kind: 'system', text}, now)
  return accept(withAgent(project, {...agent, claim}), message)
}

const SHOWN = 3

function besideText(tasks: readonly {readonly what: string}[]): string {
  const more = tasks.length > SHOWN ? ` and ${tasks.length - SHOWN} more` : ''
  return `what runs beside its turns (${tasks
    .slice(0, SHOWN)
    .map(({what}) => what)
    .join(', ')}${more})`
}
