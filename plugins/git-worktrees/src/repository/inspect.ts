import {join} from 'node:path'
import type {Head, ProgramSetting, RepositoryFacts} from '@orch/plugin-kit'
import {readGitLink} from '../files/git-link.js'
import {exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {programsOf} from '../git/program-settings.js'
import {readStatus} from '../worktree/status.js'
import {operationIn} from '../merge/operation.js'
import {parseConfigList} from '../parse/config-list.js'
import {headBroken, requireWorkingTree} from './contradictions.js'
import {damaged} from './failures.js'
import {configuredIdentity} from './identity.js'
import {locate} from './locate.js'
import {resolveCommit} from './refs.js'
import type {Repository} from './repository.js'

/** Everything orch wants to know before it starts; reads only. @throws ORCH_NOT_A_REPOSITORY, ORCH_REPOSITORY */
export async function inspectRepository(git: Git, path: string): Promise<RepositoryFacts> {
  const repository = await locate(git, path)
  await requireWorkingTree(repository)
  const {root, commonDir, mainRoot, bare, shallow, tie} = repository
  const head = await readHead(git, repository)
  const [dirty, submodules, identity, blockingRef, operation, signsCommits, programs] = await Promise.all([
    countDirty(git, repository),
    hasSubmodules(git, repository),
    configuredIdentity(git, root),
    findBlockingRef(git, repository, head),
    operationOf(repository),
    signs(git, root),
    readPrograms(git, root),
  ])
  const facts = {root, commonDir, mainRoot, tie, head, dirty, bare, shallow, submodules, identity, blockingRef}
  return {...facts, operation, signsCommits, programs}
}

async function readHead(git: Git, {root, commonDir}: Repository): Promise<Head> {
  const [symbolic, sha] = await Promise.all([git.run(root, ['symbolic-ref', '--quiet', 'HEAD']), resolveCommit(git, root, 'HEAD')])
  const ref = symbolic.exitCode === 0 ? symbolic.stdout.trim() : null
  if (ref === null) {
    if (sha === null) throw damaged(root, 'HEAD names a commit that is not there')
    return {kind: 'detached', sha}
  }
  if (!ref.startsWith('refs/heads/')) {
    const gitDir = (await readGitLink(root))?.gitDir ?? commonDir
    throw headBroken(root, join(gitDir, 'HEAD'), `names ${ref}, which is no branch`)
  }
  const name = ref.slice('refs/heads/'.length)
  if (sha !== null) return {kind: 'branch', name, sha}
  const broken = (await git.run(root, ['rev-parse', '--verify', '--quiet', 'HEAD'])).exitCode === 0 || (await exists(join(commonDir, ref)))
  if (broken) throw damaged(root, `the branch ${name} names a commit that is not there`)
  return {kind: 'unborn', name}
}

async function countDirty(git: Git, {root, commonDir}: Repository): Promise<number> {
  if (root === commonDir) return 0
  const {changed, untracked} = await readStatus(git, root)
  return changed.length + untracked.length
}

async function hasSubmodules(git: Git, {root}: Repository): Promise<boolean> {
  if (await exists(join(root, '.gitmodules'))) return true
  return (await git.run(root, ['cat-file', '-e', 'HEAD:.gitmodules'])).exitCode === 0
}

async function operationOf({root, commonDir}: Repository): Promise<string | null> {
  return root === commonDir ? null : operationIn((await readGitLink(root))?.gitDir ?? commonDir)
}

async function signs(git: Git, root: string): Promise<boolean> {
  // The last value that a file sets: orch's own `-c commit.gpgSign=false` counts as a command's.
  const set = await git.text(root, ['config', '--type=bool', '--show-scope', '--get-all', 'commit.gpgSign']).catch(() => '')
  const values = set.split('\n').filter((line) => !line.startsWith('command\t'))
  return values.at(-1)?.endsWith('\ttrue') ?? false
}

async function readPrograms(git: Git, root: string): Promise<ProgramSetting[]> {
  return programsOf(parseConfigList(await git.text(root, ['config', '--list', '--show-scope', '--show-origin', '-z'])))
}

/** A branch `orch` occupies the name under which all branches of orch's live; an unborn one will as soon as it has a commit. */
async function findBlockingRef(git: Git, {root}: Repository, head: Head): Promise<string | null> {
  if (head.kind === 'unborn' && head.name === 'orch') return 'refs/heads/orch'
  const refs = await git.text(root, ['for-each-ref', '--format=%(refname)', 'refs/heads/[oO][rR][cC][hH]'])
  const found = refs.split('\n').filter((ref) => ref !== '')
  const exact = found.find((ref) => ref === 'refs/heads/orch')
  if (exact !== undefined || found.length === 0) return exact ?? null
  // On a file system without case a branch `Orch` is the same folder.
  const ignoresCase = (await git.run(root, ['config', '--type=bool', '--get', 'core.ignoreCase'])).stdout.trim() === 'true'
  return ignoresCase ? found[0]! : null
}
