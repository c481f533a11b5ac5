/** Parses `git var GIT_AUTHOR_IDENT`: `Ada Lovelace <ada@example.org> 1700000000 +0100`. @returns null when it is something else */
export function parseIdentity(output: string): {name: string; email: string} | null {
  const [, name, email] = /^(.*?) ?<([^<>]*)> \d+ [+-]\d{4}\s*$/.exec(output) ?? []
  return name === undefined || email === undefined ? null : {name, email}
}
