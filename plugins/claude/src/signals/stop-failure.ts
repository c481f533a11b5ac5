import type {AgentSignal} from '@orch/plugin-kit'
import {findLimit} from './limit-text.js'

/** Time helps: the agent can go on by itself later. */
const PASSING = ['rate_limit', 'overloaded', 'server_error']
/** The turn is over, the agent is not: the next message goes on. */
const OVER = ['max_output_tokens']

/**
 * What it means that a turn ended in an error: a limit of the plan (wait until it resets), a server that is overloaded (wait a little), or money,
 * login and the like (a person must act).
 * @param error the class Claude Code gives, e.g. `rate_limit`, `billing_error`, `authentication_failed`
 * @param message what it showed
 * @param now milliseconds UTC
 */
export function signalsOfFailure(error: string, message: string, now: number): AgentSignal[] {
  const limit = findLimit(message, now)
  if (limit) return [{kind: 'limited', what: limit.text, resetsAt: limit.resetsAt}]
  const what = message.trim() || error
  if (PASSING.includes(error)) return [{kind: 'limited', what, resetsAt: null}]
  if (OVER.includes(error)) return [{kind: 'idle'}]
  return [{kind: 'needs-input', what: `${error}: ${what}`}]
}
