import {realpath, stat} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import type {Git} from '../git/git.js'
import {damaged, repositoryError} from './failures.js'

/** Where a repository is; all paths real. */
export interface Repository {
  /** Top of the working tree asked about; the common folder of a bare repository. */
  readonly root: string
  readonly commonDir: string
  /** Top of the main working tree; the common folder when there is none. */
  readonly mainRoot: string
  /** It has no main working tree, or none that can be found; linked worktrees it may have. */
  readonly bare: boolean
  readonly shallow: boolean
}

/** Finds the repository that holds `path`. @throws ORCH_NOT_A_REPOSITORY, ORCH_REPOSITORY */
export async function locate(git: Git, path: string): Promise<Repository> {
  const folder = await stat(path).catch(() => null)
  if (folder === null) throw new OrchError('ORCH_NOT_A_REPOSITORY', {path, why: 'there is no such folder'})
  if (!folder.isDirectory()) throw new OrchError('ORCH_NOT_A_REPOSITORY', {path, why: 'it is not a folder'})

  const questions = ['--is-bare-repository', '--is-inside-work-tree', '--is-shallow-repository', '--git-dir', '--git-common-dir']
  const answer = await git.run(path, ['rev-parse', '--path-format=absolute', ...questions])
  if (answer.exitCode !== 0) throw repositoryError(path, answer.stderr)
  const [bareHere, inTree, shallow, gitDir, common, ...rest] = answer.stdout.replace(/\n$/, '').split('\n')
  if (common === undefined || gitDir === undefined || rest.length > 0) throw damaged(path, 'there is a line break in its path')

  const commonDir = await realpath(common)
  const top = inTree === 'true' ? await realpath(await git.text(path, ['rev-parse', '--path-format=absolute', '--show-toplevel'])) : null
  const here = {commonDir, shallow: shallow === 'true'}
  if (bareHere === 'true') return {...here, root: commonDir, mainRoot: commonDir, bare: true}
  if (top !== null && (await realpath(gitDir)) === commonDir) return {...here, root: top, mainRoot: top, bare: false}
  const main = await mainWorkingTree(git, commonDir)
  return {...here, root: top ?? main ?? commonDir, mainRoot: main ?? commonDir, bare: main === null}
}

/**
 * Top of the main working tree, asked from elsewhere. `core.worktree` names it for submodules; for `git init --separate-git-dir` nothing does,
 * which from a linked worktree is the same as having none.
 * @returns null when bare or not to be found
 */
async function mainWorkingTree(git: Git, commonDir: string): Promise<string | null> {
  const bare = await git.text(commonDir, ['rev-parse', '--is-bare-repository'])
  if (bare === 'true') return null
  const top = await git.run(commonDir, ['rev-parse', '--path-format=absolute', '--show-toplevel'])
  if (top.exitCode === 0) return realpath(top.stdout.replace(/\n$/, ''))
  return basename(commonDir) === '.git' ? dirname(commonDir) : null
}
