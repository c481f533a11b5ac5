/**
 * The known word a mistyped one was probably meant to be.
 * @returns the nearest within a third of its length (Levenshtein distance), or undefined
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: {candidate: string; distance: number} | undefined
  for (const candidate of known) {
    const distance = levenshtein(word, candidate)
    if (!best || distance < best.distance) best = {candidate, distance}
  }
  return best && best.distance <= Math.max(2, Math.ceil(word.length / 3)) ? best.candidate : undefined
}

/** ` (did you mean "…"?)` for a word that is near to a known one, else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const candidate = nearest(word, known)
  return candidate === undefined ? '' : ` (did you mean ${JSON.stringify(candidate)}?)`
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + Number(a[i - 1] !== b[j - 1]))
    row = next
  }
  return row[b.length]!
}
