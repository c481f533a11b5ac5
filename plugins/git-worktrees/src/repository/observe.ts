import {createHash} from 'node:crypto'
import {lstat, readdir, readlink} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'
import type {RepositoryObservation} from '@orch/plugin-kit'
import {readBounded} from '@orch/plugin-kit/files'
import {exists, namesIn} from '../files/paths.js'
import {readEntry, REFLOG_BYTES} from '../files/read-entry.js'
import {type Git, gitFailed} from '../git/git.js'
import {parseConfigList} from '../parse/config-list.js'
import {parseStatusLines} from '../parse/status.js'
import {readReason, toMark} from '../worktree/mark.js'
import {locate} from './locate.js'
import type {Repository} from './repository.js'

type Facts = Record<string, string>

/** Files in the git directory by which git is directed (gitrepository-layout(5)). */
const FILES = [
  'config',
  'config.worktree',
  'info/attributes',
  'info/exclude',
  'info/grafts',
  'info/sparse-checkout',
  'objects/info/alternates',
]
/** Refs of orch's own. */
const OWN = /^refs\/(?:heads\/)?orch\//
/** Larger files are known by size and time. */
const MAX_BYTES = 1024 * 1024
/** Paths of the working tree that are looked at one by one; of the others only their lines in `git status` count. */
const MAX_PATHS = 2_000

/** See `Workspace.observeRepository`. */
export async function observeRepository(git: Git, path: string): Promise<RepositoryObservation> {
  const repository = await locate(git, path)
  const tree = await treeOf(repository)
  const [config, head, refs, files, worktrees, changed] = await Promise.all([
    readConfig(git, repository),
    readHead(git, repository),
    readRefs(git, repository),
    readFiles(git, repository, tree),
    readWorktrees(repository),
    tree === null ? {} : readTree(git, tree),
  ])
  return {config, head: {HEAD: head}, refs, files, worktrees, tree: changed}
}

/** The main working tree, and how git works in it. */
interface Tree {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
}

/** A tree that its configuration calls bare is a tree all the same; @returns null when there is none. */
async function treeOf({mainRoot, commonDir, bare}: Repository): Promise<Tree | null> {
  if (!bare) return {root: mainRoot, env: {}}
  if (basename(commonDir) !== '.git' || !(await exists(join(commonDir, 'index')))) return null
  const root = dirname(commonDir)
  return {root, env: {GIT_DIR: commonDir, GIT_WORK_TREE: root}}
}

async function readConfig(git: Git, {mainRoot, commonDir}: Repository): Promise<Facts> {
  const entries = parseConfigList(await git.text(mainRoot, ['config', '--list', '--show-scope', '--show-origin', '-z']))
  const values = new Map<string, string[]>()
  for (const {scope, origin, key, value} of entries) {
    if (scope !== 'local' && scope !== 'worktree') continue
    const file = relative(commonDir, resolveOrigin(mainRoot, origin))
    const name = file === 'config' ? key : `${key} in ${file}`
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, JSON.stringify(list)]))
}

/** git names files relative to the folder it runs in. */
function resolveOrigin(cwd: string, origin: string): string {
  const path = origin.replace(/^file:/, '')
  return path.startsWith('/') ? path : join(cwd, path)
}

async function readHead(git: Git, {mainRoot}: Repository): Promise<string> {
  const symbolic = await git.run(mainRoot, ['symbolic-ref', '--quiet', 'HEAD'])
  return symbolic.exitCode === 0 ? symbolic.stdout.trim() : git.text(mainRoot, ['rev-parse', 'HEAD'])
}

async function readRefs(git: Git, {mainRoot, commonDir}: Repository): Promise<Facts> {
  const listed = await git.text(mainRoot, ['for-each-ref', '--format=%(refname) %(objectname)'])
  const refs: Facts = {}
  for (const line of listed.split('\n')) {
    const [name = '', object = ''] = line.split(' ')
    if (name === '' || OWN.test(name)) continue
    if (name.startsWith('refs/remotes/') && !(await wasPushed(commonDir, name))) continue
    refs[name] = object
  }
  return refs
}

/** What `git push` writes into the reflog of the remote branch it has moved. */
async function wasPushed(commonDir: string, ref: string): Promise<boolean> {
  const log = await readEntry(join(commonDir, 'logs', ref), REFLOG_BYTES)
  return (log ?? '').trimEnd().endsWith('update by push')
}

async function readFiles(git: Git, {commonDir}: Repository, tree: Tree | null): Promise<Facts> {
  const hooks = (await namesIn(join(commonDir, 'hooks'))).map((name) => `hooks/${name}`)
  const facts: Facts = {}
  for (const path of [...FILES, ...hooks]) {
    const digest = await digestOf(join(commonDir, path))
    if (digest !== null) facts[path] = digest
  }
  const stash = await readEntry(join(commonDir, 'logs', 'refs', 'stash'), REFLOG_BYTES)
  if (stash !== null) facts['stash'] = sha(stash)
  // With flags: a file that is assumed to be unchanged is changed unseen.
  if (tree !== null) facts['index'] = sha(await git.text(tree.root, ['ls-files', '--stage', '-v', '-z'], {env: tree.env}))
  return facts
}

async function readWorktrees({commonDir}: Repository): Promise<Facts> {
  const facts: Facts = {}
  for (const name of await readdir(join(commonDir, 'worktrees')).catch((): string[] => [])) {
    const entry = join(commonDir, 'worktrees', name)
    if (toMark(await readReason(entry)) !== null) continue
    const back = await readEntry(join(entry, 'gitdir'))
    if (back !== null) facts[dirname(back.trim())] = 'linked'
  }
  return facts
}

async function readTree(git: Git, {root, env}: Tree): Promise<Facts> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignore-submodules=none', '--no-renames']
  const result = await git.run(root, args, {env})
  if (result.exitCode !== 0) throw gitFailed(root, args, result)
  const lines = parseStatusLines(result.stdout)
  const facts = await Promise.all(
    lines.slice(0, MAX_PATHS).map(async ({path, line}) => [path, sha(`${line} ${await timeOf(join(root, path))}`)] as const),
  )
  const rest = lines.slice(MAX_PATHS)
  return {
    ...Object.fromEntries(facts),
    ...(rest.length > 0 ? {[`and ${rest.length} more`]: sha(rest.map(({line}) => line).join('\0'))} : {}),
  }
}

async function timeOf(path: string): Promise<string> {
  const found = await lstat(path, {bigint: true}).catch(() => null)
  return found === null ? '-' : `${found.size} ${found.mtimeNs}`
}

/** @returns null when there is no such file */
async function digestOf(path: string): Promise<string | null> {
  const found = await lstat(path, {bigint: true}).catch(() => null)
  if (found === null) return null
  if (found.isSymbolicLink()) return sha(`link ${await readlink(path)}`)
  const content = found.isFile() ? await readBounded(path, {maxBytes: MAX_BYTES}).catch(() => null) : null
  if (content === null) return sha(`${found.mode} ${found.size} ${found.mtimeNs}`)
  return sha(Buffer.concat([Buffer.from(`${found.mode & 0o111n} `), content]))
}

function sha(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}
