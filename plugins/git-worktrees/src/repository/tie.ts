import {lstat, realpath} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import {OrchError, type RepositoryFacts} from '@orch/plugin-kit'
import {readGitDir} from '../files/git-link.js'
import {canonical, isInside} from '../files/paths.js'
import {readEntry} from '../files/read-entry.js'
import type {Git} from '../git/git.js'

/** Git directories that git finds from a folder, real paths. */
interface Found {
  readonly gitDir: string
  readonly commonDir: string
  readonly bare: boolean
}

/**
 * Finds the folder whose `.git` entry led git to a git directory.
 * @param path real path of the folder asked about
 * @returns null when `path` lies in the git directory itself, as in a bare repository
 */
export async function holderOf(path: string, gitDir: string): Promise<string | null> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (folder === gitDir) return null
    if ((await readGitDir(folder)) === gitDir) return folder
    if (dirname(folder) === folder) return null
  }
}

/**
 * Checks that a git directory and the working tree that leads to it belong together. A `.git` file or link can name any repository of the
 * machine, so what it says counts only when the repository agrees: by its entry for a linked worktree (gitrepository-layout(5),
 * `worktrees/<id>/gitdir`), or by `core.worktree`.
 * @returns `claimed` when nothing but the `.git` file ties the two, as after `git init --separate-git-dir`
 * @throws ORCH_REPOSITORY when the repository belongs to another working tree
 */
export async function tieOf(git: Git, holder: string | null, found: Found): Promise<RepositoryFacts['tie']> {
  if (holder === null) return 'own'
  const {gitDir, commonDir, bare} = found
  if (gitDir !== commonDir) {
    if (await isRegistered(holder, found)) return 'linked'
    const repair = `git -C ${JSON.stringify(commonDir)} worktree repair ${JSON.stringify(holder)}`
    throw foreign(holder, commonDir, `If it is a worktree of that repository that was moved: ${repair}`)
  }
  const entry = await lstat(join(holder, '.git'))
  if (entry.isDirectory() || isInside(commonDir, holder)) return 'own'
  if ((await namedTree(git, commonDir)) === holder) return 'own'
  if (!bare && basename(commonDir) !== '.git') return 'claimed'
  const mend = `Make a worktree of that repository instead (git -C ${JSON.stringify(commonDir)} worktree add PATH), or work in it directly.`
  throw foreign(holder, commonDir, mend)
}

/** The repository has an entry for a worktree in `holder`. */
async function isRegistered(holder: string, {gitDir, commonDir}: Found): Promise<boolean> {
  if (dirname(gitDir) !== join(commonDir, 'worktrees')) return false
  const back = (await readEntry(join(gitDir, 'gitdir'))) ?? ''
  return back.trim() !== '' && (await canonical(dirname(resolve(gitDir, back.trim())))) === holder
}

/** @returns the working tree that `core.worktree` of a repository names, null without one */
async function namedTree(git: Git, commonDir: string): Promise<string | null> {
  const set = await git.run(commonDir, ['config', '--file', join(commonDir, 'config'), '--get', 'core.worktree'])
  if (set.exitCode !== 0) return null
  return realpath(resolve(commonDir, set.stdout.replace(/\n$/, ''))).catch(() => null)
}

function foreign(holder: string, commonDir: string, remedy: string): OrchError<'ORCH_REPOSITORY'> {
  const why = `its .git names the repository ${commonDir}, which does not know this folder as a working tree`
  return new OrchError('ORCH_REPOSITORY', {path: holder, why, remedy})
}
