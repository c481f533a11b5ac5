import {constants} from 'node:fs'
import {open, realpath, type FileHandle} from 'node:fs/promises'
import {relative, isAbsolute} from 'node:path'
import {OrchError, isOrchError} from '../errors/index.js'

/** What an open may take, in milliseconds: a regular file of a local disk answers at once. */
const OPEN_MS = 5000

/** Folders of the kernel: files there look regular, and reading them can have effects or never end. */
const KERNEL = ['/proc/', '/sys/', '/dev/']

export interface OpenRule {
  /** Refuse a file that is, or links to, a place outside this folder. Without it links may lead anywhere. */
  readonly within?: string
}

/**
 * Opens a regular file for reading. Never blocks on a pipe or device, because the file may be anybody's.
 * @param path absolute
 * @returns null when there is no such file
 * @throws ORCH_FILE for anything that is not a readable regular file where the rule allows it
 */
export async function openRegular(path: string, rule: OpenRule = {}): Promise<{file: FileHandle; size: number} | null> {
  const opening = tryOpen(path, rule)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refusal(path, `it did not open within ${OPEN_MS / 1000} seconds`)), OPEN_MS)
  })
  try {
    return await Promise.race([opening, late])
  } catch (error) {
    opening.then(
      (opened) => opened?.file.close(),
      () => undefined,
    )
    throw error
  } finally {
    clearTimeout(timer)
  }
}

export function refusal(path: string, why: string, cause?: unknown): OrchError<'ORCH_FILE'> {
  return new OrchError('ORCH_FILE', {path, why}, {cause})
}

async function tryOpen(path: string, {within}: OpenRule): Promise<{file: FileHandle; size: number} | null> {
  try {
    const real = await realpath(path)
    if (KERNEL.some((folder) => real.startsWith(folder))) throw refusal(path, `it leads to ${real}, which the kernel makes up`)
    if (within !== undefined && isOutside(await realpath(within), real)) throw refusal(path, `it is a link that leads out of ${within}`)
    // The path is resolved, so a link at its end was put there in between. Without a writer a pipe would block otherwise.
    const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY)
    const stats = await file.stat()
    if (stats.isFile()) return {file, size: stats.size}
    await file.close()
    throw refusal(path, `it is ${kindOf(stats)}, not a file`)
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    if (isOrchError(error)) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw refusal(path, WORDS[code ?? ''] ?? message, error)
  }
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its links lead in a circle',
  // open(2) of a socket, or of a device without a driver.
  ENXIO: 'it is a socket or device, not a file',
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '..' || way.startsWith('../') || isAbsolute(way)
}

interface Kind {
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
}

function kindOf(stats: Kind): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a named pipe'
  return stats.isSocket() ? 'a socket' : 'a device'
}
