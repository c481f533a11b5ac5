/** A paste of more than 800 characters or two line breaks is shown as a mark with its number in this composer (measured on 2.1.197 and 2.1.332). */
const MARK = /^\[Pasted text #\d+(?: \+(?<breaks>\d+) lines)?\]$/
const MAX_SHOWN_CHARS = 800
const MAX_SHOWN_BREAKS = 2

/** @returns whether a draft is the mark of a paste that has the line breaks of this text */
export function standsForPaste(draft: string, text: string): boolean {
  const mark = MARK.exec(draft)
  const breaks = text.split('\n').length - 1
  const isMarked = text.length > MAX_SHOWN_CHARS || breaks > MAX_SHOWN_BREAKS
  return mark !== null && isMarked && Number(mark.groups?.['breaks'] ?? 0) === breaks
}
