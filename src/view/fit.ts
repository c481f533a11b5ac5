import {eastAsianWidth} from 'get-east-asian-width'

/** Columns of a terminal; no bound where the text goes into a file or a pipe. */
export function columnsOf(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : Infinity
}

/** Printable ASCII: a column for each character. */
const PLAIN = /^[ -~]*$/

/** Columns that a text takes: colours and combining characters take none, wide characters two. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  return pieces(text).reduce((sum, piece) => sum + pieceWidth(piece), 0)
}

/** A text cut to a width, with … at its end when something is missing; colours stay balanced. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let room = columns - 1
  const kept = pieces(text).map((piece) => {
    if (isColour(piece)) return piece
    room -= pieceWidth(piece)
    return room >= 0 ? piece : ''
  })
  const end = kept.findLastIndex((piece) => piece !== '' && !isColour(piece))
  return [...kept.slice(0, end + 1), '…', ...kept.slice(end + 1)].join('')
}

/**
 * A text as lines of at most so many columns, broken at blanks. A longer word has a line of its own and is left whole, so that a path or a command can
 * be copied.
 * @param indent blanks before each line but the first
 */
export function wrap(text: string, columns: number, indent = 0): string[] {
  if (columns === Infinity || widthOf(text) <= columns) return [text]
  const lines: string[] = []
  const [lead = ''] = /^ */.exec(text) ?? []
  let line = lead
  for (const word of text.slice(lead.length).split(' ')) {
    const isFirst = line.trim() === ''
    if (!isFirst && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line.trimEnd())
      line = ' '.repeat(indent) + word
    } else line += isFirst ? word : ` ${word}`
  }
  return [...lines, line]
}

/** The first lines of a text that is taller than the screen, and how many are missing. @param rows of the screen */
export function firstLines(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines
  return [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more lines`]
}

/** Lines that fit a terminal: each wrapped, what follows indented by two more than its beginning. */
export function fitted(lines: readonly string[], columns = columnsOf(process.stdout)): string[] {
  return lines.flatMap((line) => line.split('\n')).flatMap((line) => wrap(line, columns, /^ */.exec(line)![0].length + 2))
}

const COLOUR = /^\u001b\[[\d;]*m$/

function isColour(piece: string): boolean {
  return COLOUR.test(piece)
}

function pieces(text: string): string[] {
  return text.match(/\u001b\[[\d;]*m|[^]/gu) ?? []
}

function pieceWidth(piece: string): number {
  if (isColour(piece) || /^[\p{Mn}\p{Me}\p{Cf}]$/u.test(piece)) return 0
  return eastAsianWidth(piece.codePointAt(0)!)
}
