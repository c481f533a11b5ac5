import type {Dirent} from 'node:fs'
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {exists} from '../files/paths.js'
import type {Git} from '../git/git.js'

/**
 * Submodules initialised inside a worktree keep their repositories in its administrative folder, so their commits go with it.
 * @returns names of those with a commit, stash included, that no remote-tracking ref has
 */
export async function unpushedSubmodules(git: Git, adminDir: string): Promise<string[]> {
  const root = join(adminDir, 'modules')
  const unpushed: string[] = []
  for (const gitDir of await repositoriesBelow(root)) {
    const only = await git.run(gitDir, ['--git-dir=.', 'rev-list', '--max-count=1', 'HEAD', '--all', '--not', '--remotes', '--'])
    if (only.exitCode !== 0 || only.stdout !== '') unpushed.push(gitDir.slice(root.length + 1))
  }
  return unpushed
}

/** A submodule's name may have slashes, and a submodule may have submodules. */
async function repositoriesBelow(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, {withFileTypes: true}).catch((): Dirent[] => [])) {
    if (!entry.isDirectory()) continue
    const path = join(folder, entry.name)
    const isRepository = (await exists(join(path, 'HEAD'))) && (await exists(join(path, 'objects')))
    if (isRepository) found.push(path, ...(await repositoriesBelow(join(path, 'modules'))))
    else found.push(...(await repositoriesBelow(path)))
  }
  return found
}
