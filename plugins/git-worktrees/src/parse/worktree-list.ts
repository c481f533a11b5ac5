export interface WorktreeEntry {
  readonly path: string
  /** null when bare or unborn. */
  readonly head: string | null
  /** Full name of the ref, `refs/heads/…`; null when detached or bare. */
  readonly branch: string | null
  readonly bare: boolean
  /** The reason, empty when none was given; null when it is not locked. */
  readonly locked: string | null
}

/**
 * Parses `git worktree list --porcelain`; the main working tree comes first.
 * @param output what git printed
 * @param separator end of a line: NUL with `-z` (git 2.36), else a newline
 */
export function parseWorktreeList(output: string, separator: '\0' | '\n'): WorktreeEntry[] {
  return output
    .split(separator + separator)
    .map((record) => record.split(separator).filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map(parseEntry)
}

function parseEntry(lines: readonly string[]): WorktreeEntry {
  const values = new Map(lines.map(splitAtSpace))
  const head = values.get('HEAD') ?? null
  return {
    path: values.get('worktree') ?? '',
    head: head === null || /^0+$/.test(head) ? null : head,
    branch: values.get('branch') ?? null,
    bare: values.has('bare'),
    locked: values.get('locked') ?? null,
  }
}

function splitAtSpace(line: string): [string, string] {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}
