import type {FileHandle} from 'node:fs/promises'
import {openRegular, refusal, type OpenRule} from './open-regular.js'

/** What reading a whole file may take, in milliseconds. */
const READ_MS = 30_000
const CHUNK_BYTES = 1024 * 1024
/** Room for what a file has grown by since its size was taken, and for finding its end. */
const SPARE_BYTES = 1024

export interface ReadBounds extends OpenRule {
  /** A larger file is refused, before and while it is read. */
  readonly maxBytes: number
}

/**
 * Reads a file that a repository brought or an agent wrote: a regular file, of bounded size, in bounded time.
 * @param path absolute
 * @returns null when there is no such file
 * @throws ORCH_FILE with what the file is or exceeds
 */
export async function readBounded(path: string, {maxBytes, ...rule}: ReadBounds): Promise<Buffer | null> {
  const opened = await openRegular(path, rule)
  if (!opened) return null
  try {
    if (opened.size > maxBytes) throw tooLarge(path, maxBytes)
    return await readUpTo(opened, path, maxBytes)
  } finally {
    await opened.file.close()
  }
}

/** The same as text in UTF-8. */
export async function readBoundedText(path: string, bounds: ReadBounds): Promise<string | null> {
  const bytes = await readBounded(path, bounds)
  return bytes?.toString('utf8') ?? null
}

/**
 * The size of a file is what it was a moment ago, so it is counted again while the file is read. No more memory than that is asked for: orch reads
 * small files all day, and a buffer of the limit for each keeps V8 collecting.
 */
async function readUpTo({file, size}: {file: FileHandle; size: number}, path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  const end = performance.now() + READ_MS
  let length = 0
  for (;;) {
    const expected = Math.max(size - length, 0) + SPARE_BYTES
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, expected, maxBytes - length + 1))
    const {bytesRead} = await file.read(chunk, 0, chunk.length, length)
    if (bytesRead === 0) return Buffer.concat(chunks, length)
    chunks.push(chunk.subarray(0, bytesRead))
    length += bytesRead
    if (length > maxBytes) throw tooLarge(path, maxBytes)
    if (performance.now() > end) throw refusal(path, `reading it took longer than ${READ_MS / 1000} seconds`)
  }
}

function tooLarge(path: string, maxBytes: number) {
  return refusal(path, `it is larger than ${inUnits(maxBytes)}`)
}

function inUnits(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${Math.ceil(bytes / 1024)} kB`
}
