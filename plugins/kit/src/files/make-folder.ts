import {mkdirSync, statSync} from 'node:fs'
import {mkdir, stat} from 'node:fs/promises'
import {dirname} from 'node:path'

/**
 * Makes a folder and those above it that are missing. `mkdir` with `recursive` never returns where the kernel answers ENOENT although the folder
 * above is there, as in /proc (Node 20); this fails with what the kernel said.
 * @param path absolute, or relative to the working directory
 * @param mode of every folder that is made; 0o700 without it
 * @throws the error of the file system
 */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await mkdir(path, {mode})
  } catch (error) {
    if (await isFolder(path)) return
    if (!isParentMissing(error, path)) throw error
    await makeFolder(dirname(path), mode)
    await mkdir(path, {mode}).catch(async (again: unknown) => {
      // Another process may have made it meanwhile.
      if (!(await isFolder(path))) throw again
    })
  }
}

/** As `makeFolder`, before anything else may happen. */
export function makeFolderSync(path: string, mode = 0o700): void {
  try {
    mkdirSync(path, {mode})
  } catch (error) {
    if (isFolderSync(path)) return
    if (!isParentMissing(error, path)) throw error
    makeFolderSync(dirname(path), mode)
    try {
      mkdirSync(path, {mode})
    } catch (again) {
      if (!isFolderSync(path)) throw again
    }
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function isFolderSync(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function isParentMissing(error: unknown, path: string): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path
}
