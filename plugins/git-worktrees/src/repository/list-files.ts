import type {FileId} from '@orch/plugin-kit'
import type {Git} from '../git/git.js'
import {nulSeparated} from '../parse/nul.js'
import {requireCommit} from './refs.js'

/** The files of a commit with the ids of their objects. See `Workspace.listFiles`. @throws ORCH_NOT_FOUND */
export async function listFiles(git: Git, root: string, commit: string): Promise<FileId[]> {
  const sha = await requireCommit(git, root, commit)
  // `<mode> SP <type> SP <object> TAB <path>` (git-ls-tree(1))
  return nulSeparated(await git.text(root, ['ls-tree', '-r', '-z', '--full-tree', sha])).map((line) => {
    const tab = line.indexOf('\t')
    const [, type, id = ''] = line.slice(0, tab).split(' ')
    return {path: line.slice(tab + 1) + (type === 'commit' ? '/' : ''), id}
  })
}
