import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {hasContent, namesIn, removeFolder} from '../files/paths.js'
import {isRemoval, type Mark, readReason, sameWorktree, toMark} from './mark.js'

/**
 * Takes away what is left of entries whose making was cut off so early, or whose removal so late, that git does not list them: without its file
 * `gitdir` an administrative folder names no worktree. Of those in the making only those of `marks`: others may be in the hands of another process.
 */
export async function sweep(commonDir: string, marks: readonly Mark[] = []): Promise<void> {
  const root = join(commonDir, 'worktrees')
  for (const name of await namesIn(root)) {
    const adminDir = join(root, name)
    const gitdir = join(adminDir, 'gitdir')
    // Before the mark, because nearly all have one; and after it, because another process may just be making the entry.
    if (await hasContent(gitdir)) continue
    const found = toMark(await readReason(adminDir))
    if (found === null || (await hasContent(gitdir))) continue
    if (isRemoval(found) || marks.some((mark) => sameWorktree(found, mark))) await removeFolder(adminDir)
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
    await writeFile(file, '../..\n').catch(unlessGone)
  }
}

/** Another process removed the entry first. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
