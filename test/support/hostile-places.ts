import {execFileSync} from 'node:child_process'
import {mkdir, symlink, truncate, writeFile} from 'node:fs/promises'
import {basename} from 'node:path'

/** What can stand in the place of a file, and block, fill or crash whoever opens it. */
export const HOSTILE_PLACES: readonly {readonly what: string; readonly put: (path: string) => Promise<unknown>}[] = [
  {what: 'a named pipe', put: async (path) => execFileSync('mkfifo', [path])},
  {what: 'a link to a device without end', put: (path) => symlink('/dev/zero', path)},
  {what: 'a folder', put: (path) => mkdir(path)},
  {what: 'a link that leads to itself', put: (path) => symlink(basename(path), path)},
  {what: 'a file of 5 GB', put: (path) => writeFile(path, '').then(() => truncate(path, 5 * 2 ** 30))},
]
