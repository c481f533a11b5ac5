const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/**
 * Puts variables into an entry as Claude Code does: `${NAME}` and `${NAME:-default}` anywhere in its texts (its documentation, "Environment variable
 * expansion in .mcp.json").
 * @returns the entry, and the variables that are not set
 */
export function expandVariables<T>(entry: T, env: Readonly<Record<string, string>>): {entry: T; missing: string[]} {
  const missing = new Set<string>()
  const expand = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.replace(VARIABLE, (whole, name: string, otherwise: string | undefined) => {
        const found = env[name] || otherwise
        if (found === undefined) missing.add(name)
        return found ?? whole
      })
    }
    if (Array.isArray(value)) return value.map(expand)
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner)]))
    return value
  }
  return {entry: expand(entry) as T, missing: [...missing]}
}
