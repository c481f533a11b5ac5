/**
 * Lines of at most so many columns, broken at blanks, each with the indentation of its beginning. A longer word is left whole, so that a path or a
 * command can be copied.
 * @param columns of the terminal; undefined or 0: no bound
 */
export function folded(text: string, columns: number | undefined): string {
  if (!columns) return text
  return text
    .split('\n')
    .flatMap((line) => foldedLine(line, columns))
    .join('\n')
}

function foldedLine(line: string, columns: number): string[] {
  const [lead = ''] = /^ */.exec(line) ?? []
  const lines: string[] = []
  let current = ''
  for (const word of line.slice(lead.length).split(' ')) {
    const next = current === '' ? word : `${current} ${word}`
    if (current !== '' && lead.length + next.length > columns) {
      lines.push(lead + current)
      current = word
    } else current = next
  }
  return [...lines, lead + current]
}
