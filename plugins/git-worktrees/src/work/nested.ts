import type {Dirent} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {exists} from '../files/paths.js'
import {readGitLink} from '../files/git-link.js'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {isGenerated} from './generated.js'
import type {Place} from './place.js'

/** Folders looked into for repositories below what git ignores. */
const MOST_FOLDERS = 5_000
const DEEPEST = 6
/** git in a repository of an agent's making never reaches for the network. */
export const OFFLINE = {GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1'}

/** @returns where the repository at a folder keeps what its worktrees share; null when it is none */
export async function repositoryAt(tree: string, folder: string): Promise<{commonDir: string | null}> {
  return {commonDir: (await readGitLink(join(tree, folder)))?.commonDir ?? null}
}

/**
 * Finds repositories in ignored folders that have commits no remote has. Those that the main working tree has at the same path are the
 * person's own, copied.
 */
export async function ignoredRepositories(git: Git, {path, commonDir}: Pick<Place, 'path' | 'commonDir'>): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']
  const folders = nulSeparated(await git.text(path, args)).filter((name) => name.endsWith('/') && !isGenerated(name))
  const budget = {folders: MOST_FOLDERS}
  const found: string[] = []
  for (const folder of folders) found.push(...(await repositoriesBelow(path, folder.replace(/\/$/, ''), DEEPEST, budget)))
  const main = basename(commonDir) === '.git' ? dirname(commonDir) : null
  const kept: string[] = []
  for (const folder of found) {
    if (main !== null && (await exists(join(main, folder, '.git')))) continue
    if (await hasOwnCommits(git, join(path, folder))) kept.push(folder)
  }
  return kept
}

/** @returns whether a repository has a commit that no remote-tracking branch has, stashes included */
export async function hasOwnCommits(git: Git, repository: string): Promise<boolean> {
  const head = await git.run(repository, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], {env: OFFLINE})
  const args = ['rev-list', '--max-count=1', '--all', ...(head.exitCode === 0 ? ['HEAD'] : []), '--not', '--remotes', '--']
  const only = await git.run(repository, args, {env: OFFLINE})
  return only.exitCode === 0 && only.stdout !== ''
}

async function repositoriesBelow(tree: string, folder: string, depth: number, budget: {folders: number}): Promise<string[]> {
  if (budget.folders-- <= 0) return []
  const entries = await readdir(join(tree, folder), {withFileTypes: true}).catch((): Dirent[] => [])
  if (entries.some(({name}) => name === '.git')) return (await readGitLink(join(tree, folder))) === null ? [] : [folder]
  if (depth === 0) return []
  const found: string[] = []
  for (const entry of entries) {
    if (entry.isDirectory() && !isGenerated(entry.name)) {
      found.push(...(await repositoriesBelow(tree, `${folder}/${entry.name}`, depth - 1, budget)))
    }
  }
  return found
}
