import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {hasContent, namesIn} from '../files/paths.js'
import {type Mark, readReason, sameWorktree, toMark} from './mark.js'

/**
 * Takes away what is left of an entry of this worktree whose making or removal was cut off so early, or so late, that git does not list it:
 * without its file `gitdir` an administrative folder names no worktree. Folders of other worktrees may be in the making and are not touched.
 */
export async function sweep(commonDir: string, mark: Mark): Promise<void> {
  const root = join(commonDir, 'worktrees')
  for (const name of await namesIn(root)) {
    const adminDir = join(root, name)
    if (!(await hasContent(join(adminDir, 'gitdir'))) && (await isOf(adminDir, mark))) await rm(adminDir, {recursive: true})
  }
}

/**
 * Writes the file `commondir` of entries of orch's that git was killed before writing: an empty one stops `git worktree list` for the whole
 * repository [git 2.39]. Its content is always the same, so another process in the middle of it is not disturbed.
 */
export async function mendCommonDirs(commonDir: string): Promise<void> {
  const root = join(commonDir, 'worktrees')
  for (const name of await namesIn(root)) {
    const [adminDir, file] = [join(root, name), join(root, name, 'commondir')]
    if ((await hasContent(file)) || toMark(await readReason(adminDir)) === null) continue
    await writeFile(file, '../..\n')
  }
}

/** git writes the lock first; when it removes an entry, HEAD may be what is left. */
async function isOf(adminDir: string, mark: Mark): Promise<boolean> {
  const reason = await readReason(adminDir)
  if (reason !== null) return isSame(toMark(reason), mark)
  const head = await readFile(join(adminDir, 'HEAD'), 'utf8').catch(() => '')
  return 'branch' in mark && head.trim() === `ref: refs/heads/${mark.branch}`
}

function isSame(found: Mark | null, mark: Mark): boolean {
  return found !== null && sameWorktree(found, mark)
}
