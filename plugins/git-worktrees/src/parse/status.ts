export interface Status {
  /** null on an unborn branch. */
  readonly head: string | null
  /** Short name; null when detached. */
  readonly branch: string | null
  /** Tracked paths that differ from HEAD, in the index or on disk. */
  readonly changed: readonly string[]
  /** Untracked paths that are not ignored; a repository inside the tree ends with a slash. */
  readonly untracked: readonly string[]
}

/** Words before the path in a line of each kind (git-status, "Porcelain Format Version 2"). */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = {'1': 8, '2': 9, u: 10, '?': 1, '!': 1}

/** Parses `git status --porcelain=v2 --branch -z`. */
export function parseStatus(output: string): Status {
  const changed: string[] = []
  const untracked: string[] = []
  const headers = new Map<string, string>()
  const lines = output.split('\0')
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!
    const kind = line.charAt(0)
    if (kind === '#') {
      const [, name, value] = /^# (\S+) (.*)$/s.exec(line) ?? []
      if (name !== undefined && value !== undefined) headers.set(name, value)
      continue
    }
    const fields = FIELDS_BEFORE_PATH[kind]
    if (fields === undefined) continue
    const path = afterFields(line, fields)
    if (kind === '?') untracked.push(path)
    else if (kind !== '!') changed.push(path)
    // A rename carries the path it came from as a line of its own.
    if (kind === '2') index++
  }
  const head = headers.get('branch.oid') ?? null
  const branch = headers.get('branch.head') ?? null
  return {head: head === '(initial)' ? null : head, branch: branch === '(detached)' ? null : branch, changed, untracked}
}

function afterFields(line: string, fields: number): string {
  let at = 0
  for (let field = 0; field < fields; field++) at = line.indexOf(' ', at) + 1
  return line.slice(at)
}

/** Paths and lines of `git status --porcelain=v2 -z --no-renames`, without headers. */
export function parseStatusLines(output: string): {readonly path: string; readonly line: string}[] {
  return output.split('\0').flatMap((line) => {
    const fields = FIELDS_BEFORE_PATH[line.charAt(0)]
    return fields === undefined ? [] : [{path: afterFields(line, fields), line}]
  })
}
