/** What the composer shows of a long text: its first row, how many are left out, and its last ones (`composerView`). */
const FOLDED = /^(?<first>[^\n]*)\n… \d+ rows …\n(?<last>[^]*)$/

/** @returns whether a draft is what the composer shows of this text */
export function standsForFolded(draft: string, text: string): boolean {
  const {first, last} = FOLDED.exec(draft)?.groups ?? {}
  if (first === undefined || last === undefined) return false
  const whole = lettersOf(text)
  return whole.startsWith(lettersOf(first)) && whole.endsWith(lettersOf(last))
}

/** Rows are wrapped, and a terminal shows control characters in another form. */
function lettersOf(text: string): string {
  return text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '')
}
