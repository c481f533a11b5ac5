import {OrchError, type Caller} from '@orch/plugin-kit'

/** Text in a call: long enough for anything a composer or a file should get. */
export const TEXT = {type: 'string', maxLength: 1_000_000}
export const MESSAGE_ID = {type: 'string', pattern: '^m_[0-9a-z]{6,40}$'}

/** The agent that calls. @throws ORCH_USAGE for a person */
export function ownAgent(caller: Caller): {readonly project: string; readonly agent: string; readonly role: string} {
  if (caller.agent) return caller.agent
  throw new OrchError('ORCH_USAGE', {what: 'Only an agent can say this.', hint: 'The command works inside an agent that orch started.'})
}
