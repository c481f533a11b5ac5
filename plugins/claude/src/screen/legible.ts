/** Box drawing and block elements: frames, rules and the figure in the welcome box. */
const DRAWING = /[\u2500-\u259f]+/g
/** A rule over the width of the pane: Claude Code draws one above a dialog (measured on 2.1.197 and 2.1.330). */
const RULE = /^─{20,}$/

/**
 * A dialog as a person reads it: what stands below its rule, without frames, a line for each line that says something.
 * @param lines of the screen
 */
export function legibleDialog(lines: readonly string[]): string {
  const below = lines.slice(lines.findLastIndex((line) => RULE.test(line)) + 1)
  return legible(below) || legible(lines)
}

function legible(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(DRAWING, ' ').replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n')
}
