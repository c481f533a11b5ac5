import {MAX_DEPTH, isDeepJson} from '@orch/plugin-kit'
import type {SpooledReport} from '../domain/spooled-report.js'

/** How the name of a report ends that bin/hook.sh wrote; before it stand the number of its process, and a count. */
const REPORT = '.report'
/** How those end that hooks of earlier versions wrote, which agents started then still run; their names sort by time. */
const JSON_REPORT = '.json'
/** Bytes of the longest report. bin/hook.sh cuts what an agent gives at this length, so that a longer one is longer than this with its head. */
export const LONGEST_REPORT_BYTES = 16 * 1024 * 1024

/** Lines before what the agent gave: project, agent, run, token, event. */
const HEAD_LINES = 5

/** @param name of a file in the spool @returns whether it is the whole of a report, or says so */
export function isReport(name: string): boolean {
  return name.endsWith(REPORT) || name.endsWith(JSON_REPORT)
}

/**
 * @param name of the file
 * @param text its content
 * @throws for what is no report
 */
export function parseReport(name: string, text: string): SpooledReport {
  return name.endsWith(REPORT) ? parseLines(text) : parseJson(text)
}

/** What an agent gives may be anything; what is no JSON object counts as nothing given. */
function parseLines(text: string): SpooledReport {
  const head = /^(?:[^\n]*\n){5}/.exec(text)?.[0]
  if (head === undefined) throw new Error('it is no report of a hook')
  const [project, agent, run, token, event] = head.split('\n', HEAD_LINES) as [string, string, string, string, string]
  return {project, agent, run, token, event, payload: objectIn(text.slice(head.length))}
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  if (isDeepJson(text)) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function parseJson(text: string): SpooledReport {
  if (isDeepJson(text)) throw new Error(`it nests deeper than ${MAX_DEPTH} levels`)
  const report = JSON.parse(text) as Partial<SpooledReport> | null
  const {project, agent, run, token, event, payload} = report ?? {}
  if (![project, agent, run, token, event].every((each) => typeof each === 'string') || typeof payload !== 'object' || payload === null) {
    throw new Error('it is no report of a hook')
  }
  return report as SpooledReport
}
