import {lstat} from 'node:fs/promises'

/** What tells a file from one that replaced it, and from itself after a change; null when there is none. */
export async function printOf(path: string): Promise<string | null> {
  try {
    const {dev, ino, size, mtimeNs, mode} = await lstat(path, {bigint: true})
    return [dev, ino, size, mtimeNs, mode].join(':')
  } catch {
    return null
  }
}
