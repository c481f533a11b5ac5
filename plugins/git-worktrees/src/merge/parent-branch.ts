import {lstat} from 'node:fs/promises'
import {join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {exists, summary} from '../files/paths.js'
import {type Git, WORK_TIMEOUT_MS} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {requireWorkingTree} from '../repository/contradictions.js'
import {locate} from '../repository/locate.js'
import {compareAndSwap, isAncestor, requireCommit, resolveCommit} from '../repository/refs.js'
import {withSnapshotIndex} from '../rescue/snapshot-index.js'
import {listWorktrees} from '../worktree/entries.js'
import {readStatus} from '../worktree/status.js'
import {operationIn, willReturnTo} from './operation.js'
import type {Repository} from '../repository/repository.js'

interface Holder {
  readonly path: string
  /** The worktree's own git directory. */
  readonly gitDir: string
}

/**
 * Moves a person's branch forward to a commit that contains it, together with index and files where it is checked out. Untracked files that
 * are not in the way stay; one that is, ignored or not, stops it. Does nothing when the branch has the commit already.
 * See `Workspace.fastForwardParent`. @throws ORCH_REFUSED with the reason, ORCH_NOT_FOUND, ORCH_REPOSITORY when the configuration denies the working tree
 */
export async function fastForwardParent(git: Git, request: {repository: string; branch: string; to: string}): Promise<void> {
  const {branch} = request
  const repository = await locate(git, request.repository)
  await requireWorkingTree(repository)
  const from = await resolveCommit(git, repository.root, `refs/heads/${branch}`)
  if (from === null) throw new OrchError('ORCH_NOT_FOUND', {what: 'branch', name: branch})
  const to = await requireCommit(git, repository.root, request.to)
  if (await isAncestor(git, repository.root, to, from)) return
  if (!(await isAncestor(git, repository.root, from, to))) {
    throw refused(
      request,
      'it has commits that are not in the result',
      `Merge by hand: git switch ${branch} && git merge ${to.slice(0, 12)}`,
    )
  }
  const holders = await holdersOf(git, repository, branch)
  if (holders.length > 1)
    throw refused(request, `it is checked out in ${holders.map(({path}) => path).join(' and ')}`, 'Leave it checked out in one only.')
  if (holders[0]) return forwardTree(git, holders[0], request, to)
  if (await compareAndSwap(git, repository.root, `refs/heads/${branch}`, from, to, 'orch: fast-forward')) return
  throw refused(request, 'somebody moved it meanwhile', 'Run again.')
}

/** Worktrees that have the branch checked out. @throws ORCH_REFUSED when one is in the middle of something that will come back to it */
async function holdersOf(git: Git, repository: Repository, branch: string): Promise<Holder[]> {
  const holders: Holder[] = []
  for (const entry of await listWorktrees(git, repository)) {
    if (entry.bare || !(await exists(entry.path))) continue
    const gitDir = entry.adminDir ?? repository.commonDir
    const path = entry.adminDir === null ? repository.mainRoot : entry.path
    const busy = await operationIn(gitDir)
    const holds = entry.branch === `refs/heads/${branch}`
    if (busy !== null && (holds || (await willReturnTo(gitDir, branch)))) {
      throw refused({branch}, `${busy} is under way in ${path}`, 'Finish or abort it, then run again.')
    }
    if (holds) holders.push({path, gitDir})
  }
  return holders
}

async function forwardTree(git: Git, {path, gitDir}: Holder, request: {branch: string}, to: string): Promise<void> {
  const {branch, changed} = await readStatus(git, path)
  if (branch !== request.branch) throw refused(request, `${path} has just been switched away from it`, 'Run again.')
  if (changed.length > 0) {
    throw refused(request, `${path} has uncommitted changes (${summary(changed)})`, 'Commit or stash them, then run again.')
  }
  const inTheWay = await rehearse(git, path, gitDir, to)
  if (inTheWay !== null) throw refused(request, inTheWay, 'Move away what git names, then run again.')
  // --no-overwrite-ignore: without it a fast-forward silently writes over ignored files, a person's .env for one.
  const args = ['-c', 'merge.autoStash=false', 'merge', '--ff-only', '--no-overwrite-ignore', '--no-stat', '--quiet', to]
  const result = await git.run(path, args, {timeoutMs: WORK_TIMEOUT_MS})
  if (result.exitCode !== 0) throw refused(request, result.stderr.trim() || result.stdout.trim(), 'Fix what git names, then run again.')
}

/** Asks first what is in the way, because a merge that git refuses has written ORIG_HEAD by then. @returns it in words, or null */
async function rehearse(git: Git, path: string, gitDir: string, to: string): Promise<string | null> {
  const added = nulSeparated(await git.text(path, ['diff', '--name-only', '--no-renames', '--diff-filter=A', '-z', 'HEAD', to, '--']))
  const present = await Promise.all(added.map(async (file) => ((await isFile(join(path, file))) ? [file] : [])))
  // The tree is clean, so what is added and there already is untracked or ignored; read-tree would write over ignored files.
  if (present.flat().length > 0) return `files in ${path} are in the way (${summary(present.flat())})`
  return withSnapshotIndex(git, path, gitDir, async (index) => {
    const env = {...index}
    await git.run(path, ['update-index', '-q', '--refresh'], {env})
    const result = await git.run(path, ['read-tree', '--dry-run', '-m', '-u', 'HEAD', to], {env})
    return result.exitCode === 0 ? null : result.stderr.trim()
  })
}

function refused({branch}: {branch: string}, why: string, remedy: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: `Moving ${branch} forward`, why, remedy})
}

async function isFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  return found !== null && !found.isDirectory()
}
