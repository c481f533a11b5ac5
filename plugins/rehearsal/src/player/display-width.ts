const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** The characters of a text as a person counts them. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({segment}) => segment)
}

/** Blocks of which every character takes two columns (Unicode Standard Annex 11, classes W and F), emoji aside. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
]

/** @returns columns that a text takes in a terminal */
export function displayWidth(text: string): number {
  return graphemes(text).reduce((sum, one) => sum + widthOf(one), 0)
}

/** Cuts a text into rows of at most `columns`; a line end begins a new row. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns))
}

/** The beginning of a text that fits into `columns`, with `…` where it was cut. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  return `${wrapLine(text, Math.max(1, columns - 1))[0]!}…`
}

function widthOf(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2
  if (/^[\p{Mn}\p{Me}\p{Cf}]/u.test(grapheme)) return 0
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

function wrapLine(line: string, columns: number): string[] {
  const rows = ['']
  let used = 0
  for (const one of graphemes(line.replaceAll('\t', '  '))) {
    const width = widthOf(one)
    if (used + width > columns && used > 0) {
      rows.push('')
      used = 0
    }
    rows[rows.length - 1] += one
    used += width
  }
  return rows
}
