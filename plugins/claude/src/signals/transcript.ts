import {open, type FileHandle} from 'node:fs/promises'
import type {AgentSignal, TranscriptReading} from '@orch/plugin-kit'

type Json = Readonly<Record<string, unknown>>

const CHUNK_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/**
 * Reads on in a transcript, whole lines only: the last one may still be being written.
 * The format is Claude Code's own and changes, so what is not understood is passed over (measured on 2.1.197 and 2.1.330).
 * @param position where to read on, in bytes; null for the start
 */
export async function readTranscriptFrom(path: string, position: number | null): Promise<TranscriptReading> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    // Claude Code makes the file with the first message.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {position: position ?? 0, signals: []}
    throw error
  }
  try {
    const {size} = await file.stat()
    // A shorter file is another file.
    return await readLines(file, position !== null && position <= size ? position : 0)
  } finally {
    await file.close()
  }
}

async function readLines(file: FileHandle, start: number): Promise<TranscriptReading> {
  const signals: AgentSignal[] = []
  let rest = Buffer.alloc(0)
  let position = start
  for (;;) {
    const {bytesRead, buffer} = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position + rest.length)
    if (bytesRead === 0) return {position, signals}
    const whole = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    const end = whole.lastIndexOf(NEWLINE) + 1
    for (const line of whole.toString('utf8', 0, end).split('\n')) signals.push(...signalsOfLine(line))
    position += end
    rest = whole.subarray(end)
  }
}

/** @param line a line of a transcript @returns the receipts in it */
export function signalsOfLine(line: string): AgentSignal[] {
  const entry = parse(line)
  if (!entry || entry['isSidechain'] === true) return []
  switch (entry['type']) {
    case 'user': {
      const text = entry['isMeta'] === true ? '' : textOf(objectOr(entry['message'])['content'])
      return text ? [{kind: 'acknowledged', text}] : []
    }
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
