import {rm} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {canonical, isInside, namesIn} from '../files/paths.js'
import type {Git} from '../git/git.js'
import type {KeyedQueue} from '../git/keyed-queue.js'
import {locate} from '../repository/locate.js'
import {dropAdminDir} from '../worktree/drop-entry.js'
import {readAdminDirs} from '../worktree/entries.js'
import {type Mark, readReason, toMark} from '../worktree/mark.js'
import type {Repository} from '../repository/repository.js'

/**
 * Removes a scratch worktree in whatever state it is: git is not asked, because a damaged entry can keep it from listing any.
 * A symbolic link at the path is removed, not followed. See `Workspace.discardScratch`. @throws ORCH_REFUSED
 */
export async function discardScratch(git: Git, queue: KeyedQueue, request: {repository: string; path: string}): Promise<void> {
  const repository = await locate(git, request.repository)
  const path = join(await canonical(dirname(resolve(request.path))), basename(request.path))
  await queue.run(path, async () => {
    refuseRepository(path, repository)
    await queue.run(repository.commonDir, async () => {
      const adminDirs = await entriesOf(repository, path)
      await rm(path, {recursive: true, force: true, maxRetries: 3})
      for (const adminDir of adminDirs) await dropAdminDir(adminDir, {kind: 'removing-scratch', path})
    })
  })
}

/** Administrative folders of a scratch worktree, by their mark or by the path they name. @throws ORCH_REFUSED when an agent's names it */
async function entriesOf({commonDir}: Repository, path: string): Promise<string[]> {
  const root = join(commonDir, 'worktrees')
  const named = (await readAdminDirs(commonDir)).get(path)
  const found: string[] = []
  for (const name of await namesIn(root)) {
    const adminDir = join(root, name)
    const mark = toMark(await readReason(adminDir))
    if (isScratch(mark, path)) found.push(adminDir)
    else if (adminDir === named && mark !== null) throw refused(path, 'it is a worktree that orch made for something else')
    else if (adminDir === named) found.push(adminDir)
  }
  return found
}

function isScratch(mark: Mark | null, path: string): boolean {
  return mark !== null && 'path' in mark && mark.path === path
}

function refuseRepository(path: string, {commonDir, mainRoot, root}: Repository): void {
  for (const tree of [commonDir, mainRoot, root]) {
    if (isInside(path, tree) || isInside(tree, path)) throw refused(path, 'it is the repository, or lies around it or in it')
  }
}

function refused(path: string, why: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: `Removing ${path}`, why, remedy: 'Name a worktree that orch made for merging.'})
}
