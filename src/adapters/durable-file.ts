import {link, open, rename, rm, stat, type FileHandle} from 'node:fs/promises'
import {dirname} from 'node:path'
import {randomBytes} from 'node:crypto'

/** The calls that durable files are written with. Tests pass calls that fail, or end the process, at any of them. */
export interface FileCalls {
  readonly open: typeof open
  readonly rename: typeof rename
  readonly rm: typeof rm
  readonly link: typeof link
  readonly stat: typeof stat
}

export const NODE_CALLS: FileCalls = {open, rename, rm, link, stat}

/** Identifies the content of a file without reading it: every way of writing to it changes one of the three. */
export interface Fingerprint {
  readonly inode: number
  readonly size: number
  /** Milliseconds UTC, with fractions. */
  readonly modifiedAt: number
}

interface ReplaceOptions {
  /** Permissions of the new file. */
  readonly mode?: number
  /** Path under which the content that is replaced is kept; it gives up what it held only once the new content is durable. */
  readonly previous?: string | null
  readonly calls?: FileCalls
}

/**
 * Replaces a file so that after a crash there is the old one or the new one, whole.
 * The new content is on disk before any name changes, so a failed write changes nothing.
 * @param path absolute; its folder exists
 * @returns the fingerprint of the new file
 */
export async function replaceFile(
  path: string,
  content: string,
  {mode = 0o600, previous = null, calls = NODE_CALLS}: ReplaceOptions = {},
): Promise<Fingerprint> {
  const draft = draftOf(path)
  const kept = previous === null ? null : keptDraftOf(previous)
  let written: Fingerprint
  try {
    written = await withFile(calls, draft, 'wx', mode, async (file) => {
      await file.writeFile(content)
      await file.sync()
      return fingerprint(await file.stat())
    })
    if (kept !== null) await linkAnew(calls, path, kept)
    await calls.rename(draft, path)
  } catch (error) {
    // What cannot be removed now is removed by the next supervisor; the first failure is the one to report.
    for (const left of [draft, ...(kept === null ? [] : [kept])]) await calls.rm(left, {force: true}).catch(() => undefined)
    throw error
  }
  if (kept !== null) await unlessMissing(calls.rename(kept, previous!))
  await syncFolder(calls, dirname(path))
  return written
}

/** A name beside a file for what is to replace it; a process killed before the rename leaves it. */
export function draftOf(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
}

/** The process that wrote a draft, by the draft's name; null for other names. */
export function writerOfDraft(name: string): number | null {
  const pid = /\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1]
  return pid === undefined ? null : Number(pid)
}

/** The name under which the content being replaced is held until it becomes the previous generation. */
export function keptDraftOf(previous: string): string {
  return `${previous}.tmp`
}

export function fingerprint({ino, size, mtimeMs}: {ino: number; size: number; mtimeMs: number}): Fingerprint {
  return {inode: ino, size, modifiedAt: mtimeMs}
}

/** A second name for a file: no bytes are copied. Without a file there is nothing to keep. */
async function linkAnew(calls: FileCalls, path: string, name: string): Promise<void> {
  await calls.rm(name, {force: true})
  await unlessMissing(calls.link(path, name))
}

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Without it a power cut may undo a rename. @param path of a folder */
export async function syncFolder(calls: FileCalls, path: string): Promise<void> {
  await withFile(calls, path, 'r', undefined, (folder) => folder.sync())
}

async function withFile<T>(
  calls: FileCalls,
  path: string,
  flags: string,
  mode: number | undefined,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await calls.open(path, flags, mode)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}
