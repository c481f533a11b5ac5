import {copyFile, mkdtemp, rm, stat, utimes} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {exists} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'

/** Environment that makes git use a copy of the index. */
export interface SnapshotIndex {
  readonly GIT_INDEX_FILE: string
}

/**
 * Works on a copy of a worktree's index, so that the worktree's own stays as it is. In the copy no file that exists is hidden by
 * `assume-unchanged` or `skip-worktree`: a change to such a file is invisible to `git status`, and lost with the worktree.
 * @param gitDir the worktree's own git directory
 */
export async function withSnapshotIndex<T>(
  git: Git,
  worktree: string,
  gitDir: string,
  work: (index: SnapshotIndex) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'orch-index-'))
  try {
    const index = {GIT_INDEX_FILE: join(folder, 'index')}
    if (await exists(join(gitDir, 'index'))) await copyIndex(join(gitDir, 'index'), index.GIT_INDEX_FILE)
    else await git.text(worktree, ['read-tree', 'HEAD'], {env: {...index}})
    await unhide(git, worktree, index)
    return await work(index)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** The copy must not look younger: git compares contents only of files not older than their index (racy-git in git's technical documentation). */
async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  const seconds = Math.floor((await stat(from)).mtimeMs / 1000)
  await utimes(to, seconds, seconds)
}

async function unhide(git: Git, worktree: string, index: SnapshotIndex): Promise<void> {
  const env = {...index}
  // `ls-files -v`: a small letter is assume-unchanged, S is skip-worktree, s is both.
  const tagged = nulSeparated(await git.text(worktree, ['ls-files', '-v', '-z'], {env}))
  const hidden = tagged.filter((line) => /^[a-zS] /.test(line)).map((line) => line.slice(2))
  const present: string[] = []
  for (const path of hidden) if (await exists(join(worktree, path))) present.push(path)
  if (present.length === 0) return
  const input = present.map((path) => `${path}\0`).join('')
  for (const flag of ['--no-assume-unchanged', '--no-skip-worktree']) {
    await git.text(worktree, ['update-index', flag, '-z', '--stdin'], {env, input})
  }
}
