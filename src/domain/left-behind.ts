import type {WorkFinding} from '@orch/plugin-kit'

/** What an agent left in or around its worktree outside its branch, and which therefore is not merged. */
export interface LeftBehind {
  readonly agent: string
  readonly role: string
  /** In words, one for each kind. */
  readonly what: readonly string[]
  /** The ref of orch's that keeps it; null when it lies in another place, or could not be kept. */
  readonly ref: string | null
  /** Milliseconds UTC. */
  readonly at: number
}

type Kind = WorkFinding['kind']

/** Items that a sentence names; of more it gives the number. */
const NAMED = 5

/** The kinds of findings that lie outside of the commits of a branch, in words. */
const WORDS: Readonly<Partial<Record<Kind, (items: readonly string[]) => string>>> = {
  operation: ([operation = '']) => `${operation} that was not finished`,
  changed: (paths) => `changes that are not committed in ${list(paths)}`,
  untracked: (paths) => `new files that are not committed: ${list(paths)}`,
  hidden: (paths) => `changes that the index hides from git in ${list(paths)}`,
  nested: (paths) => `repositories inside the worktree: ${list(paths)}`,
  worktree: (paths) => `work in other worktrees: ${list(paths)}`,
  ref: (names) => `commits on ${list(names)}`,
  left: (shas) => `commits on a detached HEAD: ${list(shas)}`,
  stash: (names) => `work in ${list(names)}`,
  excluded: (paths) => `files that an exclude file hides: ${list(paths)}`,
}
/** Those that go with the worktree, unless orch keeps them. */
const PERISHABLE: readonly Kind[] = ['changed', 'untracked', 'hidden', 'nested', 'left']

/** @returns the findings that lie outside of the commits of a branch */
export function outsideOf(findings: readonly WorkFinding[]): WorkFinding[] {
  return findings.filter(({kind}) => WORDS[kind] !== undefined)
}

/** @returns whether some of it would be gone with the worktree */
export function isPerishable(findings: readonly WorkFinding[]): boolean {
  return findings.some(({kind}) => PERISHABLE.includes(kind))
}

/** What lies outside of the commits of a branch, in words. */
export function leftWords(findings: readonly WorkFinding[]): string[] {
  return findings.flatMap(({kind, items}) => WORDS[kind]?.(items) ?? [])
}

function list(items: readonly string[]): string {
  const more = items.length - NAMED
  return items.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
