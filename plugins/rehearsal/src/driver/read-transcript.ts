import type {AgentSignal, TranscriptReading} from '@orch/plugin-kit'
import {readLinesFrom} from '@orch/plugin-kit/files'

/**
 * Reads on in a transcript of the player, in the line shapes of Claude Code.
 * A line without its end is left for the next reading; a line that cannot be read is skipped.
 * @param file the transcript; one that does not exist yet has no signals
 * @param position bytes read so far, null from the start; a file that has become shorter is read from the start
 */
export async function readTranscript(file: string, position: number | null): Promise<TranscriptReading> {
  const signals: AgentSignal[] = []
  const end = await readLinesFrom(file, position, (line) => signals.push(...signalsOf(line)))
  return {position: end ?? 0, signals}
}

interface Line {
  readonly type?: unknown
  readonly operation?: unknown
  readonly content?: unknown
  readonly isMeta?: unknown
  readonly message?: {readonly content?: unknown} | null
  readonly attachment?: {readonly type?: unknown; readonly prompt?: unknown} | null
}

function signalsOf(text: string): AgentSignal[] {
  const line = parse(text)
  if (line === null) return []
  if (line.type === 'queue-operation' && line.operation === 'enqueue') return signal('submitted', line.content)
  if (line.type === 'user' && line.isMeta !== true) return signal('acknowledged', line.message?.content)
  if (line.type === 'attachment' && line.attachment?.type === 'queued_command') return signal('acknowledged', line.attachment.prompt)
  return []
}

function parse(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

/** Content is a string or blocks of which the text ones count; tool results are not messages. */
function signal(kind: 'submitted' | 'acknowledged', content: unknown): AgentSignal[] {
  if (typeof content === 'string') return [{kind, text: content}]
  if (!Array.isArray(content)) return []
  const blocks = content as {type?: unknown; text?: unknown}[]
  const texts = blocks.flatMap((block) => (block?.type === 'text' && typeof block.text === 'string' ? [block.text] : []))
  return texts.length > 0 ? [{kind, text: texts.join('\n')}] : []
}
