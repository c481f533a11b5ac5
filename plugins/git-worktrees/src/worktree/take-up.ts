import {readdir, rm, rmdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {mendLink, readGitDir} from '../files/git-link.js'
import {exists} from '../files/paths.js'
import {dropEntry} from './drop-entry.js'
import type {KnownWorktree} from './entries.js'
import {occupied} from './obstacles.js'
import type {Git} from '../git/git.js'
import {removeFolder, requireRemains} from '../removal/folder.js'
import {isRemoval, type Mark, sameWorktree} from './mark.js'

/**
 * Takes up a worktree that a run before left at the wanted path, mending what a crash can leave.
 * @param options.wanted what the worktree is to be; `making` matches `ready` of the same branch
 * @param options.head content of HEAD, should git have been killed before it wrote one
 * @returns its administrative folder, or null when the folder was gone or about to go: the entry is then dropped
 * @throws ORCH_REFUSED when it is another worktree
 */
export async function takeUp(git: Git, entry: KnownWorktree, {wanted, head}: {wanted: Mark; head: string}): Promise<string | null> {
  const {path, adminDir, mark} = entry
  if (adminDir === null) throw occupied(path, 'it is the main working tree')
  if (!isWanted(entry, wanted)) throw occupied(path, `it is a worktree of ${describe(entry)}`)
  if (mark !== null && isRemoval(mark)) {
    await requireRemains(git, {...entry, adminDir})
    await removeFolder({...entry, adminDir})
    await dropEntry({...entry, adminDir})
    return null
  }
  if (mark !== null && (await isEmpty(path))) await rmdir(path)
  if (!(await exists(path))) {
    if (entry.locked !== null && mark === null)
      throw occupied(path, `its folder is gone, and its entry is locked: ${entry.locked || 'no reason given'}`)
    await dropEntry({...entry, adminDir})
    return null
  }
  const linked = mark === null ? (await readGitDir(path)) === adminDir : await mendLink(path, adminDir)
  if (!linked) throw occupied(path, 'its .git does not belong to this repository')
  if (mark?.kind === 'making' || mark?.kind === 'scratch') await completeEntry(adminDir, head)
  return adminDir
}

function isWanted({mark, branch}: KnownWorktree, wanted: Mark): boolean {
  if (mark !== null) return sameWorktree(mark, wanted)
  // Unlocked, or locked by a person: what it has checked out has to tell.
  return 'branch' in wanted && branch === `refs/heads/${wanted.branch}`
}

async function isEmpty(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => null)
  return names?.length === 0
}

function describe({mark, branch}: KnownWorktree): string {
  if (mark !== null && 'path' in mark) return 'orch for merging'
  return (mark?.branch ?? branch?.replace(/^refs\/heads\//, '')) || 'a commit without a branch'
}

/** Writes what git had not come to write when it was killed inside `worktree add`, and takes away its lock. Nobody has worked here yet. */
async function completeEntry(adminDir: string, head: string): Promise<void> {
  await rm(join(adminDir, 'index.lock'), {force: true})
  await rm(join(adminDir, 'HEAD.lock'), {force: true})
  // Without an index no file was ever checked out; HEAD may then be absent, empty, or nothing but zeros.
  if (await exists(join(adminDir, 'index'))) return
  await rm(join(adminDir, 'HEAD'), {force: true})
  await writeFile(join(adminDir, 'HEAD'), `${head}\n`, {flag: 'wx'})
}
