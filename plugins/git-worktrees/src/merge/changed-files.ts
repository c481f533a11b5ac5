import {lstat, mkdtemp, readlink, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {digestOfFile} from '../files/digest.js'
import {type Git, WORK_TIMEOUT_MS} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'

/** A worktree that orch made for merging. */
export interface Scratch {
  readonly path: string
  /** Its administrative folder. */
  readonly adminDir: string
  /** Ties git to it, whatever its `.git` or `core.worktree` in a configuration of its own says. */
  readonly env: {readonly GIT_DIR: string; readonly GIT_WORK_TREE: string}
}

/** A person's sparse checkout does not apply: commands are to find the whole commit. */
export const WHOLE_TREE = ['-c', 'core.sparseCheckout=false']

/**
 * Tracked files of a scratch worktree that do not hold what a commit holds. An index made for this comparison knows nothing of the files, so git
 * hashes each: size and times can be forged, and the worktree's own index can be told to hide a file.
 * @param at sha of the commit
 * @param submodules what counts as a change of a submodule that is checked out: another commit or changed files in it, or nothing
 * @throws ORCH_REFUSED when the objects of the commit do not hash to it
 */
export async function changedFiles(
  git: Git,
  scratch: Scratch,
  at: string,
  submodules: 'compared' | 'ignored' = 'compared',
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'orch-index-'))
  const env = {...scratch.env, GIT_INDEX_FILE: join(folder, 'index')}
  const {path} = scratch
  try {
    // Merged from nothing: read alone, git would take over the names of the trees instead of hashing them.
    const nothing = await git.text(path, ['hash-object', '-t', 'tree', '--stdin'], {env, input: ''})
    await git.text(path, [...WHOLE_TREE, 'read-tree', '-m', nothing, at], {env, timeoutMs: WORK_TIMEOUT_MS})
    await requireSameTree(git, path, at, env)
    await git.run(path, [...WHOLE_TREE, 'update-index', '-q', '--refresh'], {env, timeoutMs: WORK_TIMEOUT_MS})
    const ignored = `--ignore-submodules=${submodules === 'compared' ? 'untracked' : 'all'}`
    const suspects = nulSeparated(await git.text(path, ['diff-files', '--name-only', ignored, '-z'], {env}))
    return suspects.length === 0 ? [] : await unlikeCheckout(git, path, {suspects, folder: join(folder, 'checkout'), env})
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

async function requireSameTree(git: Git, path: string, at: string, env: Readonly<Record<string, string>>): Promise<void> {
  const found = await git.text(path, ['write-tree', '--missing-ok'], {env})
  const named = await git.text(path, ['rev-parse', `${at}^{tree}`], {env})
  if (found === named) return
  throw new OrchError('ORCH_REFUSED', {
    what: `Verifying ${at.slice(0, 12)}`,
    why: 'objects of the repository do not hold what their names say',
    remedy: 'Look at what `git fsck` names, restore those objects, then resume the project.',
  })
}

/** A filter or a conversion of line ends may not lead back to the object: then a file has to be what a checkout writes. */
async function unlikeCheckout(
  git: Git,
  path: string,
  {suspects, folder, env}: {suspects: readonly string[]; folder: string; env: Readonly<Record<string, string>>},
): Promise<string[]> {
  const input = suspects.map((file) => `${file}\0`).join('')
  await git.run(path, [...WHOLE_TREE, 'checkout-index', '-q', '-z', '--stdin', `--prefix=${folder}/`], {
    env,
    input,
    timeoutMs: WORK_TIMEOUT_MS,
  })
  const same = await Promise.all(suspects.map((file) => isSameFile(join(path, file), join(folder, file))))
  return suspects.filter((_, index) => !same[index])
}

/** Whether two files have the same kind, the same executable bit and the same content. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(one).catch(() => null), lstat(other).catch(() => null)])
  if (!a || !b) return false
  if (a.isSymbolicLink() && b.isSymbolicLink()) return (await readlink(one)) === (await readlink(other))
  if (!a.isFile() || !b.isFile() || (a.mode & 0o100) !== (b.mode & 0o100) || a.size !== b.size) return false
  return (await digestOfFile(one)) === (await digestOfFile(other))
}
