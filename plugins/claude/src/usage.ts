import {join} from 'node:path'
import type {AgentUsage, RateWindow} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import {shellQuoted} from './launch/hook-settings.js'

type Json = Readonly<Record<string, unknown>>

/** Where the status line of an agent leaves what Claude Code tells it. */
const STATUS_FILE = 'status.json'
/** Claude Code writes 2 kB (2.1.330); the agent itself may write anything. */
const MAX_BYTES = 256 * 1024

/**
 * A status line that keeps what it is told and shows the person's own. A shell, not Node: it runs at the end of every turn (measured: twice a turn,
 * 2 ms each).
 * @param directory of the agent
 * @param own the person's own command; null without one
 */
export function statusLine(directory: string, own: string | null): object {
  const file = shellQuoted(join(directory, STATUS_FILE))
  const keep = `cat > ${file}.new && mv -f ${file}.new ${file}`
  return {type: 'command', command: own === null ? keep : `${keep}; sh -c ${shellQuoted(own)} < ${file}`}
}

/** What an agent has used, as the status line left it (measured on 2.1.197 and 2.1.330). @returns null when it has left nothing that can be read */
export async function readUsage(directory: string): Promise<AgentUsage | null> {
  try {
    const text = await readBoundedText(join(directory, STATUS_FILE), {maxBytes: MAX_BYTES, within: directory})
    return text === null ? null : usageOf(JSON.parse(text) as Json)
  } catch {
    // Not there yet, or in the middle of being replaced.
    return null
  }
}

/** @param status what Claude Code tells a status line (its documentation, "Status line") */
export function usageOf(status: Json): AgentUsage {
  const context = objectOr(status['context_window'])
  const current = objectOr(context['current_usage'])
  const parts = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'].map((name) => numberOr(current[name]))
  const model = objectOr(status['model'])['id']
  return {
    model: typeof model === 'string' ? model : null,
    contextPercent: numberOr(context['used_percentage']),
    contextTokens: parts.some((part) => part !== null) ? parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) : null,
    costUsd: numberOr(objectOr(status['cost'])['total_cost_usd']),
    windows: Object.entries(objectOr(status['rate_limits'])).flatMap(([name, window]) => windowOf(name, objectOr(window))),
  }
}

function windowOf(name: string, window: Json): RateWindow[] {
  const usedPercent = numberOr(window['used_percentage'])
  const resetsAt = numberOr(window['resets_at'])
  // Seconds UTC.
  return usedPercent === null ? [] : [{name, usedPercent, resetsAt: resetsAt === null ? null : resetsAt * 1_000}]
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
