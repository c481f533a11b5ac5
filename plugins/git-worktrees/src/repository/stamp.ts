import {createHash} from 'node:crypto'
import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'

/** Where git writes when a repository changes (gitrepository-layout(5)); a ref that is written changes the time of its folder. */
const FILES = ['config', 'config.worktree', 'HEAD', 'index', 'packed-refs', 'logs/refs/stash', 'shallow', 'reftable', 'worktrees']
const FOLDERS = ['hooks', 'info', 'objects/info']
/** Folders of refs that are looked at: with more, a person has more branches than folders to look at every few seconds. */
const MAX_FOLDERS = 500

/** See `Workspace.repositoryStamp`. */
export async function repositoryStamp(commonDir: string): Promise<string> {
  const inFolders = await Promise.all(
    FOLDERS.map(async (folder) => (await readdir(join(commonDir, folder)).catch((): string[] => [])).map((name) => `${folder}/${name}`)),
  )
  const paths = [...FILES, ...FOLDERS, ...inFolders.flat(), ...(await refFolders(commonDir))]
  const times = await Promise.all(
    paths.map(async (path) => {
      const found = await lstat(join(commonDir, path), {bigint: true}).catch(() => null)
      return found === null ? `${path} -` : `${path} ${found.ino} ${found.size} ${found.mtimeNs}`
    }),
  )
  return createHash('sha256').update(times.join('\n')).digest('hex')
}

/** Folders below `refs`, without those of orch. */
async function refFolders(commonDir: string): Promise<string[]> {
  const folders = ['refs']
  for (let at = 0; at < folders.length && folders.length < MAX_FOLDERS; at++) {
    const entries = await readdir(join(commonDir, folders[at]!), {withFileTypes: true}).catch(() => [])
    const below = entries.filter((entry) => entry.isDirectory()).map(({name}) => `${folders[at]}/${name}`)
    folders.push(...below.filter((folder) => folder !== 'refs/orch' && folder !== 'refs/heads/orch'))
  }
  return folders
}
