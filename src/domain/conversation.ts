import type {ConversationRefusal} from '@orch/plugin-kit'
import type {Agent} from './model/agent.js'

/** How the next run of an agent takes up its conversation. */
export type Conversation = Pick<Agent, 'conversation' | 'hasConversation' | 'transcript' | 'context'>

/**
 * Decides whether a start resumes the agent's conversation or begins it. What the agent itself said when it refused a start counts most, then what is on
 * disk, then whether it ever reported that it was ready: that report may be lost with the process that sent it.
 * @param isOnDisk null when the driver cannot tell
 * @param newId makes the id of another conversation, for an agent that refused to begin this one and to resume it
 */
export function conversationOf(agent: Agent, isOnDisk: boolean | null, newId: () => string): Conversation {
  const {conversation, transcript, context} = agent
  if (context?.refused === 'both') {
    return {conversation: newId(), hasConversation: false, transcript: null, context: {...withoutRefusal(context), handedOver: true}}
  }
  const hasConversation = context?.refused ? context.refused === 'exists' : (isOnDisk ?? agent.hasConversation)
  return {conversation, hasConversation, transcript, ...(context ? {context} : {})}
}

/** A start ended because the agent would not begin a conversation that exists, or not resume one that is missing: the next start does the other. */
export function refuseConversation(agent: Agent, refusal: ConversationRefusal): Agent {
  const before = agent.context?.refused
  return {...agent, context: {...agent.context, refused: before === undefined || before === refusal ? refusal : 'both'}}
}

/** What an agent is to remember once it got ready. */
export function withoutRefusal(context: Agent['context']): NonNullable<Agent['context']> {
  const left = {...context}
  delete left.refused
  return left
}
