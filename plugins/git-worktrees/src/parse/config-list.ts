/** One value of a git configuration. */
export interface ConfigEntry {
  /** `system`, `global`, `local`, `worktree` or `command`. */
  readonly scope: string
  /** Where it is written: `file:PATH`, or what git calls it. */
  readonly origin: string
  /** Section and name in lower case, the part between as it is written. */
  readonly key: string
  /** Empty also for a key without a value, which git takes for `true`. */
  readonly value: string
}

/** Parses `git config --list --show-scope --show-origin -z`. */
export function parseConfigList(output: string): ConfigEntry[] {
  const parts = output.split('\0')
  const entries: ConfigEntry[] = []
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [scope, origin, setting] = parts.slice(at, at + 3) as [string, string, string]
    const end = setting.indexOf('\n')
    entries.push({scope, origin, key: end < 0 ? setting : setting.slice(0, end), value: end < 0 ? '' : setting.slice(end + 1)})
  }
  return entries
}
