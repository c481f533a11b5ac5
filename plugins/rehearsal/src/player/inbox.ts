import {CONFLICT, REJECTED} from '../words.js'
import type {StepArguments} from '../script/script.js'

/** Whether a message is one that an `expect` waits for. The sender stands first in orch's letters: `[orch ID from ROLE] …`. */
export function matches({from, contains}: StepArguments['expect'], message: string): boolean {
  const sender = /^\[orch \S+ from ([^\]]+)\]/.exec(message)?.[1]
  return (from === undefined || sender === from) && (contains === undefined || message.includes(contains))
}

/** Whether a message says that orch turned a claim down. */
export function isRejection(message: string): boolean {
  return message.includes(REJECTED) || message.includes(CONFLICT)
}
