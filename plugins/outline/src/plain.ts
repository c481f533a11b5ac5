/** The longest title of a task, phase or criterion, in characters. */
const LONGEST_TITLE = 200

/**
 * One line of printable text: controls, invisible direction marks and lone surrogates are removed, runs of space become one.
 * Text of a specification ends up in terminals and briefings.
 */
export function plain(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu, '')
    .trim()
}

/** Plain text cut to a length, never inside a character. */
export function cut(text: string, longest = LONGEST_TITLE): string {
  const clean = plain(text)
  if (clean.length <= longest) return clean
  const characters = Array.from(clean.slice(0, longest + 1))
  while (characters.join('').length > longest - 1) characters.pop()
  return `${characters.join('').trimEnd()}…`
}

/** The sentences of a paragraph with the lines they begin on; short lines that stand for themselves count as sentences. */
export function sentences(text: string, line: number): {text: string; line: number}[] {
  const lines = text.split('\n')
  if (lines.length > 1 && lines.every(standsAlone)) return placed(lines.map((each, index) => ({text: each, line: line + index})))
  return placed(splitAt(text, line))
}

/** Up to 80 columns and beginning like a sentence: prose wrapped by an editor goes on in lower case. */
function standsAlone(line: string): boolean {
  return line.length <= 80 && /^\s*[^\p{Ll}\s]/u.test(line)
}

const SENTENCE_END = /[.!?](?=\s+[^\p{Ll}\s])|[。！？]/gu

function splitAt(text: string, line: number): {text: string; line: number}[] {
  const parts: {text: string; line: number}[] = []
  let start = 0
  for (const {index, 0: mark} of text.matchAll(SENTENCE_END)) {
    parts.push({text: text.slice(start, index + mark.length), line: line + newlinesBefore(text, start)})
    start = index + mark.length
  }
  return [...parts, {text: text.slice(start), line: line + newlinesBefore(text, start)}]
}

/** Newlines before the first word at or after `start`. */
function newlinesBefore(text: string, start: number): number {
  const lead = /^\s*/.exec(text.slice(start))![0].length
  return text.slice(0, start + lead).split('\n').length - 1
}

function placed(parts: readonly {text: string; line: number}[]): {text: string; line: number}[] {
  return parts.map((part) => ({...part, text: plain(part.text)})).filter(({text}) => /[\p{L}\p{N}]/u.test(text))
}
