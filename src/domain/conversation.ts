import type {ConversationRefusal} from '@orch/plugin-kit'
import type {Agent} from './model/agent.js'

/** How the next run of an agent takes up its conversation. */
export type Conversation = Pick<Agent, 'conversation' | 'conversed' | 'transcript' | 'care'>

/**
 * Decides whether a start resumes the agent's conversation or begins it. What the agent itself said when it refused a start counts most, then what is on
 * disk, then whether it ever reported that it was ready: that report may be lost with the process that sent it.
 * @param isOnDisk null when the driver cannot tell
 * @param newId makes the id of another conversation, for an agent that refused to begin this one and to resume it
 */
export function conversationOf(agent: Agent, isOnDisk: boolean | null, newId: () => string): Conversation {
  const {conversation, transcript, care} = agent
  if (care?.refused === 'both') {
    return {conversation: newId(), conversed: false, transcript: null, care: {...withoutRefusal(care), handedOver: true}}
  }
  const conversed = care?.refused ? care.refused === 'exists' : (isOnDisk ?? agent.conversed)
  return {conversation, conversed, transcript, ...(care ? {care} : {})}
}

/** A start ended because the agent would not begin a conversation that exists, or not resume one that is missing: the next start does the other. */
export function refuseConversation(agent: Agent, refusal: ConversationRefusal): Agent {
  const before = agent.care?.refused
  return {...agent, care: {...agent.care, refused: before === undefined || before === refusal ? refusal : 'both'}}
}

/** What an agent is to remember once it got ready. */
export function withoutRefusal(care: Agent['care']): NonNullable<Agent['care']> {
  const left = {...care}
  delete left.refused
  return left
}
