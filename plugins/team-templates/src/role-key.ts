/** Roles whose key would clash with a name of orch's own: the integration branch of a project is `orch/<project>/integration`. */
const RESERVED = new Set(['integration'])

/** A role key is a branch component, a folder, a window and a JSON name at once. */
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** The longest key: it is part of paths and of the window's name. */
const LONGEST = 40

/**
 * The kebab-case key or name of what a person or a file wrote: `project_manager`, `Project Manager` and `project-manager` are one.
 * @param written the name as written
 */
export function toKey(written: string): string {
  return written
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
}

/** @returns what is wrong with `key` as the key of a role or the name of a template, or null */
export function keyProblem(key: string): string | null {
  if (!KEBAB.test(key)) return `${JSON.stringify(key)} is not a valid name: lower-case letters, digits and single hyphens, a letter first`
  if (key.length > LONGEST) return `${JSON.stringify(key)} is longer than ${LONGEST} characters`
  if (RESERVED.has(key)) return `${JSON.stringify(key)} is a name of orch's own`
  return null
}
