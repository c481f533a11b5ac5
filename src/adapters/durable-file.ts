import {open, rename, rm, type FileHandle} from 'node:fs/promises'
import {dirname} from 'node:path'
import {randomBytes} from 'node:crypto'

/**
 * Replaces a file so that after a crash there is the old one or the new one, whole.
 * @param path absolute; its folder exists
 * @param mode permissions of the new file
 */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = draftOf(path)
  try {
    await withFile(temporary, 'wx', mode, async (file) => {
      await file.writeFile(content)
      await file.sync()
    })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, {force: true})
    throw error
  }
  await syncFolder(dirname(path))
}

/** A name beside a file for what is to replace it; who is killed before that leaves it. */
export function draftOf(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
}

/** Whose draft a name is: its process; null for what is none. */
export function writerOfDraft(name: string): number | null {
  const pid = /\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1]
  return pid === undefined ? null : Number(pid)
}

/** Without it a rename may be forgotten by a power cut. */
async function syncFolder(path: string): Promise<void> {
  await withFile(path, 'r', undefined, (folder) => folder.sync())
}

async function withFile<T>(path: string, flags: string, mode: number | undefined, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, mode)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}
