import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {hasOwnCommits, ignoredRepositories} from './nested.js'

/**
 * Finds repositories in a worktree whose commits would be gone with it: untracked, ignored, or linked by a commit without being a submodule,
 * which keeps its repository elsewhere. @returns their paths, relative
 */
export async function preciousRepositories(
  git: Git,
  place: {path: string; commonDir: string},
  untracked: readonly string[],
): Promise<string[]> {
  const {path} = place
  const folders = untracked.filter((name) => name.endsWith('/')).map((name) => name.replace(/\/$/, ''))
  const staged = nulSeparated(await git.text(path, ['ls-files', '--stage', '-z']))
  const links = staged.filter((line) => line.startsWith('160000 ')).map((line) => line.slice(line.indexOf('\t') + 1))
  const found: string[] = []
  for (const folder of [...folders, ...links]) {
    const own = await stat(join(path, folder, '.git')).catch(() => null)
    if (own?.isDirectory() && (await hasOwnCommits(git, join(path, folder)))) found.push(folder)
  }
  return [...found, ...(await ignoredRepositories(git, place))]
}
