import {stat} from 'node:fs/promises'
import {isAbsolute, resolve} from 'node:path'
import type {WorkFinding} from '@orch/plugin-kit'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {isGenerated, isWritten} from './generated.js'
import type {Place} from './place.js'

/** Ignored paths that are looked at. */
const MOST_PATHS = 10_000

interface Ignored {
  /** The file with the rule: absolute, or relative to the tree for a `.gitignore`. */
  readonly source: string
  readonly pattern: string
  readonly path: string
}

/**
 * Finds files that git ignores by rules from after the start: those of the shared or the user's exclude file, which are no part of the work,
 * and source files that a `.gitignore` of the branch hides.
 */
export async function hiddenByExcludes(git: Git, place: Place): Promise<WorkFinding[]> {
  const ignored = await ignoredPaths(git, place.path)
  const excluded: string[] = []
  const hidden: string[] = []
  for (const {source, pattern, path} of ignored) {
    if (isOutside(source)) {
      if (!isGenerated(path) && (await changedSince(resolve(place.path, source), place.since))) excluded.push(path)
    } else if (isWritten(path) && !(await hadRule(git, place, source, pattern))) hidden.push(path)
  }
  return [
    {kind: 'excluded', items: excluded},
    {kind: 'ignored', items: hidden},
  ]
}

async function ignoredPaths(git: Git, tree: string): Promise<Ignored[]> {
  const list = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']
  const paths = nulSeparated(await git.text(tree, list)).slice(0, MOST_PATHS)
  if (paths.length === 0) return []
  const result = await git.run(tree, ['check-ignore', '--verbose', '-z', '--stdin'], {input: paths.map((path) => `${path}\0`).join('')})
  const fields = result.stdout.split('\0')
  const found: Ignored[] = []
  // `<source> NUL <line> NUL <pattern> NUL <path> NUL` (git-check-ignore(1), OUTPUT)
  for (let at = 0; at + 3 < fields.length; at += 4) found.push({source: fields[at]!, pattern: fields[at + 2]!, path: fields[at + 3]!})
  return found
}

/** An exclude file of the repository or of the user; one in the tree is named relative to it. */
function isOutside(source: string): boolean {
  return isAbsolute(source) || /(?:^|\/)info\/exclude$/.test(source)
}

async function changedSince(file: string, since: number): Promise<boolean> {
  const facts = await stat(file).catch(() => null)
  return facts !== null && facts.mtimeMs >= since
}

async function hadRule(git: Git, {path, base}: Place, source: string, pattern: string): Promise<boolean> {
  const before = await git.run(path, ['show', `${base}:${source}`])
  return before.exitCode === 0 && before.stdout.split(/\r?\n/).some((line) => line.trim() === pattern)
}
