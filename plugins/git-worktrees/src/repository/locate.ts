import {realpath, stat} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {hasCode, OrchError} from '@orch/plugin-kit'
import {isInside} from '../files/paths.js'
import type {Git} from '../git/git.js'
import {brokenHead, treeElsewhere} from './contradictions.js'
import {damaged, repositoryError} from './failures.js'
import {holderOf, tieOf} from './tie.js'
import type {Repository} from './repository.js'

/**
 * Finds the repository that holds `path`.
 * @throws ORCH_NOT_A_REPOSITORY; ORCH_REPOSITORY also when repository and working tree do not belong together
 */
export async function locate(git: Git, path: string): Promise<Repository> {
  const folder = await stat(path).catch(() => null)
  if (folder === null) throw new OrchError('ORCH_NOT_A_REPOSITORY', {path, why: 'there is no such folder'})
  if (!folder.isDirectory()) throw new OrchError('ORCH_NOT_A_REPOSITORY', {path, why: 'it is not a folder'})

  const questions = ['--is-bare-repository', '--is-inside-work-tree', '--is-shallow-repository', '--git-dir', '--git-common-dir']
  const answer = await git.run(path, ['rev-parse', '--path-format=absolute', ...questions])
  if (answer.exitCode !== 0) throw await whyNot(path, answer.stderr)
  const [bareHere, inTree, shallow, gitDir, common, ...rest] = answer.stdout.replace(/\n$/, '').split('\n')
  if (common === undefined || gitDir === undefined || rest.length > 0) throw damaged(path, 'there is a line break in its path')

  const [here, ownDir, commonDir] = await Promise.all([realpath(path), realpath(gitDir), realpath(common)])
  const top = inTree === 'true' ? await realpath(await git.text(path, ['rev-parse', '--path-format=absolute', '--show-toplevel'])) : null
  const bare = bareHere === 'true'
  const holder = await holderOf(here, ownDir)
  if (!bare && holder !== null && top !== holder && !isInside(here, ownDir)) throw treeElsewhere(holder, commonDir)
  const facts = {commonDir, shallow: shallow === 'true', tie: await tieOf(git, holder, {gitDir: ownDir, commonDir, bare})}
  if (bare) return {...facts, root: commonDir, mainRoot: commonDir, bare: true}
  if (top !== null && ownDir === commonDir) return {...facts, root: top, mainRoot: top, bare: false}
  const main = await mainWorkingTree(git, commonDir)
  return {...facts, root: top ?? main ?? commonDir, mainRoot: main ?? commonDir, bare: main === null}
}

/** What git's refusal means. @param stderr what git said */
async function whyNot(path: string, stderr: string): Promise<OrchError> {
  const error = repositoryError(path, stderr)
  if (!hasCode(error, 'ORCH_NOT_A_REPOSITORY')) return error
  return (await brokenHead(foldersUpFrom(await realpath(path)))) ?? error
}

function foldersUpFrom(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...foldersUpFrom(parent)]
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
