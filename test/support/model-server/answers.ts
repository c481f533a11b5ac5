/** What the model does when it is asked: one of these for each turn. */
export type ModelAnswer =
  | {readonly kind: 'text'; readonly text: string; readonly delayMs?: number}
  | {readonly kind: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>>; readonly delayMs?: number}
  /** An error as the API sends it: `{"type": "error", "error": {"type", "message"}}`. */
  | {
      readonly kind: 'error'
      readonly status: number
      readonly type: string
      readonly message: string
      readonly headers?: Readonly<Record<string, string>>
    }

export const text = (words: string): ModelAnswer => ({kind: 'text', text: words})
/** Text that takes its time: the agent is busy meanwhile. */
export const slow = (words: string, delayMs: number): ModelAnswer => ({kind: 'text', text: words, delayMs})
export const tool = (name: string, input: Readonly<Record<string, unknown>>): ModelAnswer => ({kind: 'tool', name, input})
export const overloaded = (): ModelAnswer => ({kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded'})
export const unauthorised = (): ModelAnswer => ({kind: 'error', status: 401, type: 'authentication_error', message: 'invalid x-api-key'})
export const creditTooLow = (): ModelAnswer => ({
  kind: 'error',
  status: 400,
  type: 'invalid_request_error',
  message: 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
})

/**
 * A subscription's limit: 429 with the unified headers Claude Code reads.
 * @param resetsAt seconds UTC
 * @param claim which window is used up
 */
export function limited(resetsAt: number, claim: 'five_hour' | 'seven_day' = 'five_hour'): ModelAnswer {
  return {
    kind: 'error',
    status: 429,
    type: 'rate_limit_error',
    message: "This request would exceed your account's rate limit. Please try again later.",
    headers: {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(resetsAt),
      'anthropic-ratelimit-unified-representative-claim': claim,
      'retry-after': '3600',
    },
  }
}
