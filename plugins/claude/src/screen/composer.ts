/** The box at the foot of the screen in which a person writes. */
export interface Composer {
  /** Index of its upper rule. */
  readonly top: number
  /** What stands in it; null when it is empty. */
  readonly draft: string | null
  /** The agent is at work above it. */
  readonly busy: boolean
}

/** A rule is drawn over the whole width; the session's name may stand in the upper one. */
const RULE = /^─{4,}.*─$|^─{4,}$/
/** Words Claude Code itself puts into an empty box; the last three after a turn that failed (2.1.330, from its program; the first of them measured). */
const PLACEHOLDER =
  /^Press up to edit queued messages$|^Try "|^Once fixed, resend your message$|^Resend your message to try again$|^Run \/rewind to go back$/
/**
 * The line of work: a turning star, a word and an ellipsis, e.g. `✻ Sketching… (12s)`. The footer's `esc to interrupt` is not enough: it goes away
 * while there is a draft (measured on 2.1.197 and 2.1.330). A turn that ended reads `✻ Baked for 4s`, without the ellipsis.
 */
const AT_WORK = /^[·✢✳✶✻✽*] \S+…/
/** The line of work is followed by a list of tasks or queued messages at most. */
const AT_WORK_LINES = 30

/** @param lines of the screen, without blanks at their ends @returns null when no box is shown: a dialog has its place */
export function findComposer(lines: readonly string[]): Composer | null {
  const bottom = lines.findLastIndex((line) => RULE.test(line))
  const top = lines.slice(0, Math.max(bottom, 0)).findLastIndex((line) => RULE.test(line))
  const [first, ...more] = lines.slice(top + 1, bottom)
  if (top < 0 || first === undefined || !/^❯/.test(first)) return null
  const text = [first.replace(/^❯\s?/, ''), ...more.map((line) => line.replace(/^ {2}/, ''))].join('\n').trim()
  return {top, draft: text === '' || PLACEHOLDER.test(text) ? null : text, busy: isBusy(lines, top, bottom)}
}

function isBusy(lines: readonly string[], top: number, bottom: number): boolean {
  if (lines.slice(bottom + 1).some((line) => line.includes('esc to interrupt'))) return true
  return lines.slice(Math.max(0, top - AT_WORK_LINES), top).some((line) => AT_WORK.test(line))
}
