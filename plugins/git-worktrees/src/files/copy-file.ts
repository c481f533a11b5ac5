import {constants, copyFile, link, lstat, mkdir, readlink, rm, symlink} from 'node:fs/promises'
import {dirname, isAbsolute, join, resolve} from 'node:path'
import {isInside} from './paths.js'

export type Copied = 'copied' | 'kept' | 'not a file' | 'leads out of the tree'

/**
 * Copies one file between two trees at the same relative path, with its mode: whole or not at all, never over anything, never through a
 * symbolic link of the target. A link is copied as a link, and only when it stays inside its tree.
 * @param staging folder for the copy in progress
 * @returns `kept` when something is there already, or why it may not be copied
 */
export async function copyInto(from: string, to: string, path: string, staging: string): Promise<Copied> {
  const [source, target] = [join(from, path), join(to, path)]
  const found = await lstat(source).catch(() => null)
  if (found === null || !(found.isFile() || found.isSymbolicLink())) return 'not a file'
  if ((await lstat(target).catch(() => null)) !== null) return 'kept'
  if (!(await makeParents(from, to, dirname(path)))) return 'leads out of the tree'
  return found.isFile() ? copyWhole(source, target, staging) : copyLink(source, target, from)
}

/** @returns false when a parent of the target is not a folder of the tree itself */
async function makeParents(from: string, to: string, parent: string): Promise<boolean> {
  if (parent === '.') return true
  if (!(await makeParents(from, to, dirname(parent)))) return false
  const target = join(to, parent)
  const found = await lstat(target).catch(() => null)
  if (found !== null) return found.isDirectory()
  await mkdir(target, {mode: (await lstat(join(from, parent))).mode & 0o777})
  return true
}

async function copyWhole(source: string, target: string, staging: string): Promise<Copied> {
  const partial = join(staging, 'orch-copy')
  await rm(partial, {force: true})
  try {
    await copyFile(source, partial, constants.COPYFILE_FICLONE)
    await link(partial, target)
    return 'copied'
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return 'kept'
    // The staging folder may be on another file system, or on one without hard links.
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP') throw error
    await copyFile(source, target, constants.COPYFILE_EXCL)
    return 'copied'
  } finally {
    await rm(partial, {force: true})
  }
}

async function copyLink(source: string, target: string, tree: string): Promise<Copied> {
  const destination = await readlink(source)
  if (isAbsolute(destination) || !isInside(resolve(dirname(source), destination), tree)) return 'leads out of the tree'
  await symlink(destination, target)
  return 'copied'
}
