import type {RunResult, SchemaValidator} from '@orch/plugin-kit'
import {findLimit} from '../signals/limit-text.js'
import {DRAFT_OUTLINE_SCHEMA, outlineOf, type DraftOutline} from './outline-schema.js'
import type {Outline} from '@orch/plugin-kit'

/** What came of one attempt; `costUsd` is null when Claude Code did not say. */
export type Attempt = {readonly costUsd: number | null} & (
  | {readonly outline: Outline}
  /** `again`: another attempt may do better. */
  | {readonly why: string; readonly again: boolean}
)

/** What a version says of arguments it does not take, before it does anything (measured on 2.1.120 and 2.1.165): so it will the next time. */
const MISUSE = /^error: (?:unknown (?:option|command)|option |missing required|too many arguments)/m

interface ResultLine {
  readonly is_error?: boolean
  readonly result?: string
  readonly api_error_status?: number | null
  readonly structured_output?: unknown
  readonly subtype?: string
  readonly total_cost_usd?: number
}

/**
 * Reads the result of `claude -p --output-format json`. `subtype` says "success" on a limit too, so `is_error` and the exit code decide (measured on
 * 2.1.330).
 * @param now milliseconds UTC
 */
export function readAttempt(run: RunResult, schemas: SchemaValidator, now: number): Attempt {
  if (run.notStarted) return {costUsd: 0, why: 'claude could not be started', again: false}
  if (run.timedOut) return {costUsd: null, why: 'it took too long', again: true}
  const result = lastResult(run.stdout)
  const costUsd = typeof result?.total_cost_usd === 'number' ? result.total_cost_usd : null
  if (!result) {
    const why = (run.stderr.trim() || run.stdout.trim() || `exit code ${run.exitCode}`).slice(0, 500)
    return {costUsd, why, again: !MISUSE.test(why)}
  }
  if (result.is_error || run.exitCode !== 0) {
    const why = result.result?.trim() || result.subtype || `exit code ${run.exitCode}`
    // Limits, logins and money do not change between two attempts.
    const lasting =
      findLimit(why, now) !== null || [400, 401, 403].includes(result.api_error_status ?? 0) || result.subtype === 'error_max_budget_usd'
    return {costUsd, why, again: !lasting}
  }
  const problems = schemas.check(DRAFT_OUTLINE_SCHEMA, result.structured_output)
  if (problems.length > 0) {
    const said = problems.map(({path, message}) => `${path.join('.') || 'the answer'}: ${message}`).join('; ')
    return {costUsd, why: `the answer does not fit its schema: ${said}`, again: true}
  }
  return {costUsd, outline: outlineOf(result.structured_output as DraftOutline)}
}

function lastResult(stdout: string): ResultLine | null {
  for (const line of stdout.trim().split('\n').reverse()) {
    try {
      const value = JSON.parse(line) as {type?: unknown} & ResultLine
      if (value.type === 'result') return value
    } catch {
      // A warning before the result.
    }
  }
  return null
}
