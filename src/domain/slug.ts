const LONGEST = 32

/** A name as part of a branch, a folder and a session: lower-case letters, digits and hyphens; empty when nothing of it is left. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
}
