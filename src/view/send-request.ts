import {newId} from './new-id.js'

/** What the supervisor says of each recipient's message. */
export interface Receipt {
  readonly id: string
  readonly to: string
  readonly state: string
  readonly blockedBy: string | null
  readonly reason: string | null
}

export interface SendOptions {
  readonly to: string
  readonly text: string
  readonly priority?: string | undefined
  readonly command?: boolean | undefined
  readonly project?: string | undefined
  readonly replyTo?: string | undefined
  readonly expiresMs?: number | undefined
  /** Milliseconds to wait for the agent's receipt. */
  readonly waitMs?: number
}

/** Parameters of `message.send`, with an id of the sender's: the same call made again is the same message. */
export function sendRequest({command, waitMs = 0, priority = 'normal', ...options}: SendOptions): Record<string, unknown> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return {id: newId('m'), ...Object.fromEntries(given), priority, ...(command ? {kind: 'command'} : {}), waitMs}
}

/** One line a recipient. */
export function receiptLines(receipts: readonly Receipt[]): string[] {
  return receipts.map(
    ({id, state, blockedBy, reason}) => `${id} ${state}${blockedBy ? `, blocked by ${blockedBy}` : ''}${reason ? `: ${reason}` : ''}`,
  )
}
