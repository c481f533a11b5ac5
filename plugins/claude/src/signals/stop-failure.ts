import type {AgentSignal} from '@orch/plugin-kit'
import {findLimit} from './limit-text.js'

/** The provider's own trouble. */
const SERVER = ['overloaded', 'server_error']
/** The login must be put right, by a person, for every agent that uses it. */
const LOGIN = ['authentication_failed', 'oauth_org_not_allowed', 'account_on_hold', 'verification_required', 'cloud_credential_error']
/** The turn is over, the agent is not: the next message goes on. */
const OVER = ['max_output_tokens']

const LOGIN_WORDS = /Please run \/login|Not logged in|Login expired|OAuth token (?:has expired|revoked)/i
const MONEY_WORDS = /credit balance|spend limit/i
/** What becomes of a connection that breaks has no class of its own. */
const CONNECTION_WORDS =
  /API Error: 5\d\d|Connection (?:error|closed|reset)|Unable to connect|ECONN|ETIMEDOUT|socket|Overloaded|timed? ?out/i

/**
 * What it means that a turn ended in an error: a limit of the plan (wait until it resets), a throttle or a server in trouble (try again a little
 * later), the account's login or money (a person, once for all agents of the account), or something about this one agent (a person).
 * @param error the class Claude Code gives; those of 2.1.330, from its program
 * @param message what it showed
 * @param now milliseconds UTC
 */
export function signalsOfFailure(error: string, message: string, now: number): AgentSignal[] {
  const what = message.trim() || error
  const limit = findLimit(message, now)
  if (limit && (limit.resetsAt !== null || error !== 'billing_error')) {
    return [{kind: 'limited', what: limit.text, resetsAt: limit.resetsAt, cause: 'plan'}]
  }
  if (LOGIN.includes(error) || (error !== 'rate_limit' && LOGIN_WORDS.test(message))) {
    return [{kind: 'account', problem: 'login', what}]
  }
  if (error === 'billing_error' || (error === 'unknown' && MONEY_WORDS.test(message))) {
    return [{kind: 'account', problem: 'billing', what: `${what}: when it is paid for, run \`orch resume\``}]
  }
  if (error === 'rate_limit') return [{kind: 'limited', what, resetsAt: null, cause: 'throttle'}]
  if (SERVER.includes(error) || (error === 'unknown' && CONNECTION_WORDS.test(message))) {
    return [{kind: 'limited', what, resetsAt: null, cause: 'server'}]
  }
  if (OVER.includes(error)) return [{kind: 'idle'}]
  return [{kind: 'needs-input', what: `${error}: ${what}`, dialog: false}]
}
