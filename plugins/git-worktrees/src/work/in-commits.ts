import {join, normalize, dirname, isAbsolute} from 'node:path'
import type {WorkFinding} from '@orch/plugin-kit'
import {exists} from '../files/paths.js'
import {readGitLink} from '../files/git-link.js'
import type {Git} from '../git/git.js'
import {requireCommit} from '../repository/refs.js'
import {OFFLINE} from './nested.js'
import type {Place} from './place.js'

/** Modes of a tree's entries (git-fast-import(1)). */
const GITLINK = '160000'
const SYMLINK = '120000'
/** Bytes a Git LFS pointer has: a few lines (git-lfs spec.md). */
const POINTER_BYTES = [100, 400] as const
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/

interface Entry {
  readonly mode: string
  readonly before: string
  readonly sha: string
  readonly path: string
}

/** Finds what stands in the commits and is not the work itself: links without content, links that lead out, commits that change nothing. */
export async function inCommits(git: Git, place: Place): Promise<WorkFinding[]> {
  const {path, head} = place
  const base = await requireCommit(git, path, place.base)
  const entries = await changedEntries(git, path, base, head)
  const gitlinks = entries.filter(({mode}) => mode === GITLINK)
  const named = gitlinks.length > 0 ? await submodulePaths(git, path, head) : new Set<string>()
  return [
    {kind: 'gitlink', items: gitlinks.filter((entry) => !named.has(entry.path)).map((entry) => entry.path)},
    {
      kind: 'submodule',
      items: await unpushed(
        git,
        path,
        gitlinks.filter((entry) => named.has(entry.path)),
      ),
    },
    {kind: 'pointer', items: await pointersWithoutContent(git, place, entries)},
    {kind: 'link', items: await linksOut(git, path, entries)},
    {kind: 'empty', items: base !== head && entries.length === 0 ? [head.slice(0, 12)] : []},
  ]
}

async function changedEntries(git: Git, path: string, base: string, head: string): Promise<Entry[]> {
  const args = [
    'diff',
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=none',
    base,
    head,
    '--',
  ]
  const fields = (await git.text(path, args)).split('\0')
  const entries: Entry[] = []
  // `:<mode> <mode> <sha> <sha> <status> NUL <path> NUL` (git-diff(1), "Raw output format")
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [before, mode, , sha, status] = fields[at]!.slice(1).split(' ')
    if (before === undefined || mode === undefined || sha === undefined || status === 'D') continue
    entries.push({mode, before, sha, path: fields[at + 1]!})
  }
  return entries
}

async function submodulePaths(git: Git, path: string, head: string): Promise<ReadonlySet<string>> {
  const args = ['config', '--blob', `${head}:.gitmodules`, '-z', '--get-regexp', '^submodule\\..*\\.path$']
  const result = await git.run(path, args)
  if (result.exitCode !== 0) return new Set()
  return new Set(result.stdout.split('\0').flatMap((item) => (item.includes('\n') ? [item.slice(item.indexOf('\n') + 1)] : [])))
}

/** @returns those of which a commit is in this worktree alone; what is not checked out here was not made here, unless it is new */
async function unpushed(git: Git, tree: string, submodules: readonly Entry[]): Promise<string[]> {
  const found: string[] = []
  for (const {path, sha, before} of submodules) {
    const folder = join(tree, path)
    if ((await readGitLink(folder)) === null) {
      if (before !== GITLINK) found.push(path)
      continue
    }
    const only = await git.run(folder, ['rev-list', '--max-count=1', sha, '--not', '--remotes', '--'], {env: OFFLINE})
    if (only.exitCode !== 0 || only.stdout !== '') found.push(path)
  }
  return found
}

async function pointersWithoutContent(git: Git, {path, commonDir}: Place, entries: readonly Entry[]): Promise<string[]> {
  const files = entries.filter(({mode}) => mode.startsWith('100'))
  if (files.length === 0) return []
  const sizes = await git.text(path, ['cat-file', '--batch-check=%(objectsize)'], {input: files.map(({sha}) => `${sha}\n`).join('')})
  const small = sizes.split('\n').map(Number)
  const found: string[] = []
  for (const [index, file] of files.entries()) {
    const size = small[index] ?? 0
    if (!(size >= POINTER_BYTES[0] && size <= POINTER_BYTES[1])) continue
    const [, oid] = POINTER.exec(`${await git.text(path, ['cat-file', 'blob', file.sha])}\n`) ?? []
    if (oid !== undefined && !(await exists(join(commonDir, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid))))
      found.push(file.path)
  }
  return found
}

async function linksOut(git: Git, tree: string, entries: readonly Entry[]): Promise<string[]> {
  const found: string[] = []
  for (const {mode, sha, path} of entries) {
    if (mode !== SYMLINK) continue
    const target = await git.text(tree, ['cat-file', 'blob', sha])
    if (isAbsolute(target) || normalize(join(dirname(path), target)).startsWith('..')) found.push(path)
  }
  return found
}
