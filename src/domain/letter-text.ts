import type {Letter} from './message.js'
import type {Message} from './model/message.js'

/** Characters and lines up to which a text is pasted; a longer one becomes a file, and its name is pasted. */
const INLINE_CHARS = 2_000
const INLINE_LINES = 30
/** Characters of a text in a file that are shown beside its name. */
const PREVIEW_CHARS = 120
/** A composer takes Enter after these as part of the text or of a choice, not as the end (Claude Code: `\\` continues the line, `@` names a file). */
const NEEDS_AN_END = /\\$|(?:^|\s)@\S*$/

/**
 * It is kept and handed over as a file and one line: neither a composer nor the record is for pages, and a composer makes four blanks of a tab
 * (Claude Code's does), which breaks a Makefile.
 */
export function goesAsFile({text, kind}: Pick<Letter, 'text' | 'kind'>): boolean {
  return kind !== 'command' && (text.includes('\t') || text.length > INLINE_CHARS || text.split('\n').length > INLINE_LINES)
}

/** What the record keeps of a text that lies in a file. */
export function beginningOf(text: string): string {
  const beginning = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return `${Buffer.byteLength(text)} bytes that begin: ${Array.from(beginning).slice(0, PREVIEW_CHARS).join('')}`
}

/** Formats a message for its recipient's composer; receipts are found by the id at its start. */
export function composeText(message: Message): string {
  if (message.kind === 'command') return message.text
  const body = message.file === null ? quoted(message.text) : `Read the file ${message.file}, ${message.text}`
  const line = `[orch ${message.id} from ${message.sender}]${markOf(message)} ${body}`
  return NEEDS_AN_END.test(line) ? `${line} ` : line
}

/** Ids of messages at the beginnings of lines; an id elsewhere is only a mention. */
export function messageIdsIn(text: string): string[] {
  return [...text.matchAll(/^(?:<pasted_content[^>]*>)?\[orch (m_[0-9a-z]+) from /gm)].map(([, id]) => id!)
}

function markOf({kind, priority}: Message): string {
  if (kind === 'verdict') return ' [orch:rejected]'
  if (kind === 'conflict') return ' [orch:conflict]'
  return priority === 'urgent' ? ' [urgent]' : ''
}

/** A line of the text must not look like the beginning of another message. */
function quoted(text: string): string {
  return text.replace(/^(?=(?:<pasted_content[^>]*>)?\[orch )/gm, ' ')
}
