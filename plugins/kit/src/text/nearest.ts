/**
 * The known word a mistyped one was probably meant to be.
 * @returns the nearest within a third of its length, or two, but never all of it (in edits, two letters swapped being one), or undefined
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase())}))
  const best = ranked.sort((a, b) => a.distance - b.distance)[0]
  // As many edits as letters would make any word of it.
  const most = Math.min(Math.max(2, Math.ceil(word.length / 3)), word.length - 1)
  return best && best.distance <= most ? best.candidate : undefined
}

/** ` (did you mean "…"?)` for a word that is near to a known one, else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const candidate = nearest(word, known)
  return candidate === undefined ? '' : ` (did you mean ${JSON.stringify(candidate)}?)`
}

/** Optimal string alignment: an insertion, a deletion, another letter, or two letters swapped cost one each. */
function distance(a: string, b: string): number {
  let before: readonly number[] = []
  let row = Array.from({length: b.length + 1}, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next[j] = Math.min(
        next[j - 1]! + 1,
        row[j]! + 1,
        row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwapped ? before[j - 2]! + 1 : Infinity,
      )
    }
    ;[before, row] = [row, next]
  }
  return row[b.length]!
}
