import type {MessageState} from '@orch/plugin-kit'
import type {TransitionTable} from './transition.js'

/** A run that ends before the receipt gives the message back: `offered` and `submitted` lead to `accepted` again. */
export const MESSAGE_TRANSITIONS: TransitionTable<MessageState> = {
  accepted: ['offered', 'submitted', 'acknowledged', 'expired', 'dead'],
  offered: ['submitted', 'acknowledged', 'accepted', 'expired', 'dead'],
  submitted: ['acknowledged', 'accepted', 'expired', 'dead'],
  acknowledged: [],
  // A project that ended may be resumed; and the receipt may have been in the conversation all along.
  expired: ['accepted', 'acknowledged'],
  // The sender was told that there is no receipt; one that comes after all is the truth.
  dead: ['acknowledged'],
}
