import type {AgentSignal, TranscriptReading} from '@orch/plugin-kit'
import {readLinesFrom} from '@orch/plugin-kit/files'
import {deniedIn} from './denial.js'
import {signalsOfFailure} from './stop-failure.js'

type Json = Readonly<Record<string, unknown>>

/** A slash command, written down when it is done (measured on 2.1.197 and 2.1.330). */
const COMMAND = /^\s*<command-name>(\/[\w:-]+)<\/command-name>/

/**
 * Reads on in a transcript, whole lines only: the last one may still be being written.
 * The format is Claude Code's own and changes, so what is not understood is passed over (measured on 2.1.197 and 2.1.330).
 * @param position where to read on, in bytes; null for the start
 * @throws ORCH_FILE when something else has the place of the file
 */
export async function readTranscriptFrom(path: string, position: number | null): Promise<TranscriptReading> {
  const signals: AgentSignal[] = []
  const end = await readLinesFrom(path, position, (line) => signals.push(...signalsOfLine(line)))
  // Claude Code makes the file with the first message.
  return {position: end ?? position ?? 0, signals}
}

/** @param line a line of a transcript @returns the receipts in it, and what else a hook should have told */
export function signalsOfLine(line: string): AgentSignal[] {
  const entry = parse(line)
  // The summary after a compaction may quote a message; that is none.
  if (!entry || entry['isSidechain'] === true || entry['isCompactSummary'] === true) return []
  switch (entry['type']) {
    case 'user':
      return entry['isMeta'] === true
        ? []
        : [...signalsOfUser(objectOr(entry['message'])['content'], entry), ...denialsIn(objectOr(entry['message'])['content'], entry)]
    case 'assistant':
      return entry['isApiErrorMessage'] === true ? signalsOfError(entry) : []
    case 'attachment': {
      const attachment = objectOr(entry['attachment'])
      const text = attachment['type'] === 'queued_command' ? textOf(attachment['prompt']) : ''
      return text ? [{kind: 'acknowledged', text}] : []
    }
    case 'queue-operation': {
      const text = entry['operation'] === 'enqueue' ? textOf(entry['content']) : ''
      return text ? [{kind: 'submitted', text}] : []
    }
    // Sums of the whole conversation, taken up by --resume; the last one counts (2.1.330; 2.1.197 writes none).
    case 'cost-state': {
      const usd = entry['totalCostUSD']
      return typeof usd === 'number' && usd >= 0 ? [{kind: 'cost', usd}] : []
    }
    default:
      return []
  }
}

/** A person broke the turn off: no hook tells of that (Claude Code's documentation, "Hooks": Stop). */
const INTERRUPTED = /^\[Request interrupted by user(?: for tool use)?\]$/

function signalsOfUser(content: unknown, entry: Json): AgentSignal[] {
  const text = textOf(content)
  const at = timeOf(entry)
  if (INTERRUPTED.test(text.trim())) return at === null ? [] : [{kind: 'idle', at}]
  const command = COMMAND.exec(text)?.[1]
  if (command) return [{kind: 'command', stage: 'acknowledged', text: command}]
  return text ? [{kind: 'acknowledged', text}] : []
}

/** No hook tells of a denial by a rule or a mode; that of the mode `auto` stands here too (measured on 2.1.197 and 2.1.332). */
function denialsIn(content: unknown, entry: Json): AgentSignal[] {
  const at = timeOf(entry)
  if (at === null || !Array.isArray(content)) return []
  return content.map(objectOr).flatMap((block) => {
    const isRefused = block['type'] === 'tool_result' && block['is_error'] === true
    const what = isRefused ? deniedIn(textOf(block['content'])) : null
    return what === null ? [] : [{kind: 'denied', what, at} as const]
  })
}

/** The same words the hook StopFailure has, for when that was lost. */
function signalsOfError(entry: Json): AgentSignal[] {
  const at = timeOf(entry)
  if (at === null) return []
  const error = typeof entry['error'] === 'string' ? entry['error'] : 'unknown'
  const text = textOf(objectOr(entry['message'])['content'])
  return signalsOfFailure(error, text, at).map((signal) => ({...signal, at}))
}

function timeOf({timestamp}: Json): number | null {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : NaN
  return Number.isNaN(at) ? null : at
}

/** Text of a message's content: results of tools are no words of a person. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((block) => objectOr(block))
    .flatMap(({type, text}) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .join('\n')
}

function parse(line: string): Json | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Json
  } catch {
    return null
  }
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
