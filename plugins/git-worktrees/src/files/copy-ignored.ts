import {lstat, readlink} from 'node:fs/promises'
import {join} from 'node:path'
import {type FileId, messageOf} from '@orch/plugin-kit'
import {readBounded} from '@orch/plugin-kit/files'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {copyInto} from './copy-file.js'
import {digestOfFile} from './digest.js'

/** The file Claude Code, Conductor and Codex read too: patterns of gitignore(5), at the top of the main working tree. */
const INCLUDE_FILE = '.worktreeinclude'
/** Written by hand. */
const MAX_BYTES = 256 * 1024

export interface CopyRequest {
  /** Main working tree; null when there is none. */
  readonly from: string | null
  readonly to: string
  /** Folder for a copy in progress, outside the worktree. */
  readonly staging: string
  /** Patterns of the configuration, in the syntax of gitignore(5). */
  readonly patterns: readonly string[]
}

/**
 * Copies files that match `.worktreeinclude` or a pattern of the configuration and that git ignores in both trees: what is not ignored in the
 * worktree would show as a change there and be committed by the next `git add -A`, secrets included.
 */
export async function copyIgnored(git: Git, {from, to, staging, patterns}: CopyRequest): Promise<void> {
  if (from === null) return
  const wanted = await matching(git, from, patterns)
  const here = await ignoredOf(git, from, wanted)
  const both = new Set(await ignoredOf(git, to, here))
  const refused = here.filter((path) => !both.has(path))
  if (refused.length > 0) git.logger.warn('not copied: git does not ignore these files in the worktree', {worktree: to, files: refused})
  for (const path of both) {
    const copied = await copyInto(from, to, path, staging).catch((error: unknown) => messageOf(error))
    if (copied !== 'copied' && copied !== 'kept') git.logger.warn('a file was not copied', {worktree: to, file: path, why: copied})
  }
}

/** The files that `copyIgnored` copies, with a digest of what they hold. See `Workspace.listIgnored`. */
export async function listIgnored(git: Git, {from, patterns}: Pick<CopyRequest, 'from' | 'patterns'>): Promise<FileId[]> {
  if (from === null) return []
  const paths = (await ignoredOf(git, from, await matching(git, from, patterns))).sort()
  return Promise.all(paths.map(async (path) => ({path, id: await digestOf(join(from, path))})))
}

async function digestOf(file: string): Promise<string> {
  try {
    if ((await lstat(file)).isSymbolicLink()) return `link ${await readlink(file)}`
    return (await digestOfFile(file)) ?? 'missing'
  } catch (error) {
    // It is not copied either.
    return `unreadable: ${messageOf(error)}`
  }
}

/** Untracked files that match, ignored or not; repositories inside the tree are left out. */
async function matching(git: Git, from: string, patterns: readonly string[]): Promise<string[]> {
  const include = join(from, INCLUDE_FILE)
  const file = (await mayRead(git, include)) ? [`--exclude-from=${include}`] : []
  const given = patterns.filter((pattern) => pattern !== '').map((pattern) => `--exclude=${pattern}`)
  // Apart, so that a negation in one list does not undo the other.
  const lists = [file, given].filter((sources) => sources.length > 0)
  const found = await Promise.all(
    lists.map(async (sources) => nulSeparated(await git.text(from, ['ls-files', '-z', '--others', '--ignored', ...sources]))),
  )
  return [...new Set(found.flat())].filter((path) => !path.endsWith('/'))
}

/** git reads the file itself, and would wait for a pipe. */
async function mayRead(git: Git, path: string): Promise<boolean> {
  try {
    return (await readBounded(path, {maxBytes: MAX_BYTES})) !== null
  } catch (error) {
    git.logger.warn('patterns of ignored files were not read', {file: path, why: messageOf(error)})
    return false
  }
}

async function ignoredOf(git: Git, tree: string, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return []
  const result = await git.run(tree, ['check-ignore', '-z', '--stdin'], {input: paths.map((path) => `${path}\0`).join('')})
  return nulSeparated(result.stdout)
}
