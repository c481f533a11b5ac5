import {constants} from 'node:fs'
import {lstat, mkdir, open} from 'node:fs/promises'
import path from 'node:path'

/**
 * Writes a file of the worktree and nothing outside it.
 * @param root the worktree
 * @param relative path in it; absolute ones, `..`, `.git` and any symbolic link on the way are refused
 * @throws when it is refused
 */
export async function writeInside(root: string, relative: string, content: string, mode: 'replace' | 'append'): Promise<void> {
  const parts = relative.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  const outside = path.isAbsolute(relative) || parts.includes('..') || parts.length === 0
  if (outside) throw new Error(`${JSON.stringify(relative)} is not a path inside the worktree`)
  if (parts[0]!.toLowerCase() === '.git') throw new Error(`${JSON.stringify(relative)} belongs to git`)

  let folder = root
  for (const part of parts.slice(0, -1)) {
    folder = path.join(folder, part)
    await ensureFolder(folder, relative)
  }
  const file = path.join(folder, parts.at(-1)!)
  const how = mode === 'append' ? constants.O_APPEND : constants.O_TRUNC
  let handle
  try {
    handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | how)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw new Error(`${JSON.stringify(relative)} is a symbolic link`, {cause: error})
    throw error
  }
  try {
    await handle.writeFile(content)
  } finally {
    await handle.close()
  }
}

async function ensureFolder(folder: string, relative: string): Promise<void> {
  const stats = await lstat(folder).catch(() => null)
  if (stats === null) await mkdir(folder)
  else if (stats.isSymbolicLink()) throw new Error(`${JSON.stringify(relative)} goes through a symbolic link`)
  else if (!stats.isDirectory()) throw new Error(`${JSON.stringify(relative)} goes through a file`)
}
