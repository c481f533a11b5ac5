/** The options of a dialog, top to bottom. */
export interface DialogOptions {
  readonly texts: readonly string[]
  /** Index of the highlighted one. */
  readonly highlighted: number
}

const OPTION = /^\s*(?<mark>❯)?\s*(?:\d+\.\s+)?(?<text>\S.*)$/

/** @returns the block of lines around the one marked with ❯; null when there is none */
export function readOptions(lines: readonly string[]): DialogOptions | null {
  const marked = lines.findLastIndex((line) => /^\s*❯\s+\S/.test(line))
  if (marked < 0) return null
  let first = marked
  while (first > 0 && lines[first - 1] !== '') first--
  let last = marked
  while (last + 1 < lines.length && lines[last + 1] !== '') last++
  const texts = lines.slice(first, last + 1).map((line) => OPTION.exec(line)?.groups?.['text'] ?? '')
  return {texts, highlighted: marked - first}
}

/**
 * One step towards an option: the keys that highlight it, or Enter when it is highlighted already. Between the two the screen is to be read again,
 * so that Enter is only ever pressed on a line that was seen.
 * @returns null when the option is not there, or not the only one
 */
export function keysTo(options: DialogOptions | null, wanted: RegExp): string[] | null {
  if (!options) return null
  const fitting = options.texts.flatMap((text, index) => (wanted.test(text) ? [index] : []))
  if (fitting.length !== 1) return null
  const distance = fitting[0]! - options.highlighted
  if (distance === 0) return ['Enter']
  return Array.from({length: Math.abs(distance)}, () => (distance > 0 ? 'Down' : 'Up'))
}
