import type {FileHandle} from 'node:fs/promises'
import {openRegular} from './open-regular.js'

const CHUNK_BYTES = 1024 * 1024
/** A longer line is passed over; Claude Code writes pictures of 5 MB as one line of base64. */
const LINE_BYTES = 16 * 1024 * 1024
/** Bytes of one read at most; the next read continues there. */
const READING_BYTES = 512 * 1024 * 1024
const NEWLINE = 0x0a

/**
 * Reads on in a file that another process writes line by line. Only whole lines count: the last may still be being written.
 * @param path absolute
 * @param position where to read on, in bytes; null for the start. A file that is shorter by now is read from the start.
 * @returns where to read on next time; 0 when there is no such file
 * @throws ORCH_FILE when it is not a regular file
 */
export async function readLinesFrom(path: string, position: number | null, take: (line: string) => void): Promise<number | null> {
  const opened = await openRegular(path)
  if (!opened) return null
  try {
    return await readLines(opened, position !== null && position <= opened.size ? position : 0, take)
  } finally {
    await opened.file.close()
  }
}

/** Up to the size the file had when it was opened: what is written meanwhile is for the next reading. */
async function readLines({file, size}: {file: FileHandle; size: number}, start: number, take: (line: string) => void): Promise<number> {
  let rest = Buffer.alloc(0)
  let position = start
  for (;;) {
    const at = position + rest.length
    const length = Math.min(CHUNK_BYTES, size - at)
    if (length === 0) return position
    const {bytesRead, buffer} = await file.read(Buffer.allocUnsafe(length), 0, length, at)
    if (bytesRead === 0) return position
    const whole = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    const end = whole.lastIndexOf(NEWLINE) + 1
    if (end > 0) for (const line of whole.toString('utf8', 0, end - 1).split('\n')) take(line)
    position += end
    rest = whole.subarray(end)
    if (rest.length > LINE_BYTES) {
      position += rest.length
      rest = Buffer.alloc(0)
    }
    if (position - start > READING_BYTES) return position
  }
}
