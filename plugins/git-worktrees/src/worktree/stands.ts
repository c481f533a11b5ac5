import {join} from 'node:path'
import {readGitLink} from '../files/git-link.js'
import {exists} from '../files/paths.js'

/** Entry, link and index are there: git had come as far as the hooks. */
export async function stands(path: string): Promise<boolean> {
  const link = await readGitLink(path)
  return link !== null && exists(join(link.gitDir, 'index'))
}
