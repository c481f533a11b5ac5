import {readdir} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {exists} from '../files/paths.js'
import type {Repository} from './repository.js'

/**
 * Refuses a repository whose configuration denies the working tree that it has: git would move its branches without its files, and the next
 * commit there would undo what was merged.
 * @throws ORCH_REPOSITORY with the command that mends it
 */
export async function requireWorkingTree({bare, commonDir}: Repository): Promise<void> {
  if (!bare || basename(commonDir) !== '.git' || !(await exists(join(commonDir, 'index')))) return
  const config = JSON.stringify(join(commonDir, 'config'))
  throw new OrchError('ORCH_REPOSITORY', {
    path: commonDir,
    why: 'core.bare is true in its configuration, and yet it has a checked-out working tree',
    remedy: `Set it right: git config --file ${config} core.bare false`,
  })
}

/** The repository's configuration says that its working tree is another folder than the one its `.git` lies in. */
export function treeElsewhere(holder: string, commonDir: string): OrchError<'ORCH_REPOSITORY'> {
  const config = JSON.stringify(join(commonDir, 'config'))
  return new OrchError('ORCH_REPOSITORY', {
    path: holder,
    why: 'core.worktree in its configuration names another folder as its working tree',
    remedy: `Take the setting out: git config --file ${config} --unset-all core.worktree`,
  })
}

/**
 * Tells a repository whose HEAD git cannot read from a folder without one: git says "not a git repository" of both.
 * @returns the error for the folder or one above it, null when there is no such repository
 */
export async function brokenHead(folders: readonly string[]): Promise<OrchError<'ORCH_REPOSITORY'> | null> {
  for (const folder of folders) {
    const names = await readdir(join(folder, '.git')).catch((): string[] => [])
    if (!['objects', 'refs', 'config'].every((name) => names.includes(name))) continue
    return headBroken(folder, join(folder, '.git', 'HEAD'), names.includes('HEAD') ? 'names no branch and no commit' : 'is missing')
  }
  return null
}

/** HEAD of a working tree says nothing that git can start from. @param head path of the file */
export function headBroken(path: string, head: string, why: string): OrchError<'ORCH_REPOSITORY'> {
  const remedy = `Write the branch you were on into it: printf 'ref: refs/heads/BRANCH\\n' > ${JSON.stringify(head)}`
  return new OrchError('ORCH_REPOSITORY', {path, why: `its HEAD ${why}`, remedy})
}
