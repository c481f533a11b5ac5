import type {Stats} from 'node:fs'
import {lstat, rename} from 'node:fs/promises'

/**
 * Renames what stands at a path and is not of the kind that belongs there; its content is kept.
 * @param path absolute
 * @param belongs whether what is there may stay
 */
export async function moveAside(path: string, belongs: (stat: Stats) => boolean): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found && !belongs(found)) await rename(path, `${path}.bad-${Date.now()}`)
}
