/** Added to the response, e.g. the windows of a plan's limit. */
type Headers = Readonly<Record<string, string>>

interface Turn {
  /** Milliseconds before the first byte: the agent is busy meanwhile. */
  readonly delayMs?: number
  /** Comes first: the agent is busy until it is resolved. */
  readonly until?: Promise<void>
  readonly headers?: Headers
  /** Length of the request as the answer tells it, in tokens. */
  readonly inputTokens?: number
}

/** What the model does when it is asked: one of these for each turn. */
export type ModelAnswer =
  | ({readonly kind: 'text'; readonly text: string} & Turn)
  | ({readonly kind: 'tool'; readonly name: string; readonly input: Readonly<Record<string, unknown>>} & Turn)
  /** The connection breaks after these words. */
  | ({readonly kind: 'disconnect'; readonly text: string} & Turn)
  /** An error as the API sends it: `{"type": "error", "error": {"type", "message"}}`. */
  | {
      readonly kind: 'error'
      readonly status: number
      readonly type: string
      readonly message: string
      readonly headers?: Headers
    }

export const text = (words: string): ModelAnswer => ({kind: 'text', text: words})
/** Text that takes its time: the agent is busy meanwhile. */
export const slow = (words: string, delayMs: number): ModelAnswer => ({kind: 'text', text: words, delayMs})
/** Text that comes when the test says so: the agent is busy until `release`, however slow the machine is. */
export function held(words: string): {readonly answer: ModelAnswer; readonly release: () => void} {
  let release: () => void = () => undefined
  const until = new Promise<void>((resolve) => (release = resolve))
  return {answer: {kind: 'text', text: words, until}, release}
}
/** Text after which the agent takes its context to hold so many tokens: it is warned, or compacts by itself. */
export const filling = (words: string, inputTokens: number, delayMs = 0): ModelAnswer => ({kind: 'text', text: words, inputTokens, delayMs})
export const tool = (name: string, input: Readonly<Record<string, unknown>>): ModelAnswer => ({kind: 'tool', name, input})
export const disconnect = (words: string): ModelAnswer => ({kind: 'disconnect', text: words})
export const overloaded = (): ModelAnswer => ({kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded'})
export const unauthorised = (): ModelAnswer => ({kind: 'error', status: 401, type: 'authentication_error', message: 'invalid x-api-key'})
/** Too many requests at once: a 429 that says nothing of a plan. */
export const throttled = (): ModelAnswer => ({
  kind: 'error',
  status: 429,
  type: 'rate_limit_error',
  message: 'Number of concurrent connections has exceeded your rate limit. Please try again later.',
})
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

/**
 * Headers of a subscription's answer that say how much of its windows is used.
 * @param fiveHour share from 0 to 1
 * @param resetsAt seconds UTC
 */
export function planHeaders(fiveHour: number, resetsAt: number): Headers {
  return {
    'anthropic-ratelimit-unified-status': 'allowed',
    'anthropic-ratelimit-unified-reset': String(resetsAt),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-5h-status': 'allowed',
    'anthropic-ratelimit-unified-5h-utilization': String(fiveHour),
    'anthropic-ratelimit-unified-5h-reset': String(resetsAt),
    'anthropic-ratelimit-unified-7d-status': 'allowed',
    'anthropic-ratelimit-unified-7d-utilization': '0.1',
    'anthropic-ratelimit-unified-7d-reset': String(resetsAt + 86_400),
  }
}
