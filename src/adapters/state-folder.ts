import {access, mkdtemp, rmdir, statfs} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {messageOf} from '@orch/plugin-kit'

/**
 * Looks at the state directory, or at the folder it would be made in.
 * @param path absolute
 * @returns why it cannot be written, and what an unprivileged user can still write
 */
export async function inspectStateFolder(path: string): Promise<{path: string; problem: string | null; freeBytes: number}> {
  const existing = await nearestExisting(path)
  const problem = await tryToWrite(existing).then(() => null, messageOf)
  const {bavail, bsize} = await statfs(existing)
  return {path, problem, freeBytes: Number(bavail) * Number(bsize)}
}

/** Permissions tell too little: root has all, and a file system may take nothing. */
async function tryToWrite(folder: string): Promise<void> {
  await rmdir(await mkdtemp(join(folder, '.orch-check-')))
}

async function nearestExisting(path: string): Promise<string> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path))
}
