import {lstat, readdir, realpath, rm} from 'node:fs/promises'
import {basename, dirname, isAbsolute, join, relative, resolve, sep} from 'node:path'

/** The path with every symbolic link resolved, as git records it; parts that do not exist are kept as they are. */
export async function canonical(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return await realpath(absolute)
  } catch {
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(await canonical(parent), basename(absolute))
  }
}

/** @returns whether `path` is `folder` or lies below it; both canonical */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** @returns whether anything is at `path`, a dangling link included */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}

/** @returns whether there is something in the file at `path`: git killed between making and writing a file leaves an empty one */
export async function hasContent(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null)
  return found !== null && (found.size > 0 || !found.isFile())
}

/** @returns the names in a folder, none when there is no such folder */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** Removes a folder that another process may be removing, or mending, at the same moment. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, {recursive: true, force: true, maxRetries: 3, retryDelay: 20})
}

/** The first of many paths, and how many more there are, as a message names them. */
export function summary(paths: readonly string[]): string {
  const more = paths.length - 3
  return paths.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
