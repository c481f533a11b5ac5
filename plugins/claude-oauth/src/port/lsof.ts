/** An open file in the output of `lsof -F`. */
export interface LsofEntry {
  readonly pid: number
  readonly command: string | null
  readonly name: string
}

/** @param text output of `lsof -Fpcn` (lsof(8), OUTPUT FOR OTHER PROGRAMS): a field a line, its first character says which */
export function parseLsof(text: string): LsofEntry[] {
  const entries: LsofEntry[] = []
  let pid: number | null = null
  let command: string | null = null
  for (const line of text.split('\n')) {
    const value = line.slice(1)
    if (line.startsWith('p')) {
      pid = Number(value)
      command = null
    } else if (line.startsWith('c')) command = value
    else if (line.startsWith('n') && pid !== null) entries.push({pid, command, name: value})
  }
  return entries
}
