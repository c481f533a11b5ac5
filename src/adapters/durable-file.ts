import {open, rename, rm, type FileHandle} from 'node:fs/promises'
import {dirname} from 'node:path'
import {randomBytes} from 'node:crypto'

/**
 * Replaces a file so that after a crash there is the old one or the new one, whole.
 * @param path absolute; its folder exists
 * @param mode permissions of the new file
 */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
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
