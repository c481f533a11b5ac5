import {spawnSync} from 'node:child_process'
import {copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ROOT} from './sandbox.js'

/**
 * Copies the checkout as a commit of it would be: tracked and new files, nothing that is built or ignored. node_modules comes along as hard
 * links where the file system allows; nothing may write into it.
 * @param folder where to; made when it is missing
 */
export function copyCheckout(folder: string): void {
  const listed = spawnSync('git', ['-C', ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {encoding: 'utf8'})
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`)
  for (const name of listed.stdout.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true})
    // A file that was deleted and is still in the index is not there to copy.
    try {
      cpSync(join(ROOT, name), join(folder, name), {verbatimSymlinks: true})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  linkTree(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
}

/** Links files and repeats symbolic links, so that those of the workspaces point into the copy. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, {recursive: true})
  for (const entry of readdirSync(from, {withFileTypes: true})) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkTree(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target)
  }
}
