import type {Stats} from 'node:fs'
import {lstat, rename, stat} from 'node:fs/promises'

/**
 * Renames what stands at a path and is not of the kind that belongs there; its content is kept.
 * @param path absolute
 * @param belongs whether what is there may stay
 */
export async function moveAside(path: string, belongs: (stat: Stats) => boolean): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found && !belongs(found)) await rename(path, `${path}.bad-${Date.now()}`)
}

/** The same for a file, which links may lead to. */
export async function moveAsideUnlessFile(path: string): Promise<void> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    (error: NodeJS.ErrnoException) => error.code !== 'ELOOP',
  )
  if (!isFile) await moveAside(path, () => false)
}
