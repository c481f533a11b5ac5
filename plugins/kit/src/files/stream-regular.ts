import type {ReadStream} from 'node:fs'
import {openRegular} from './open-regular.js'

const CHUNK_BYTES = 1024 * 1024

/**
 * A stream of a regular file, for what may be larger than memory.
 * @param path absolute
 * @param start where to begin, in bytes
 * @returns null when there is no such file
 * @throws ORCH_FILE when it is not a readable regular file
 */
export async function streamRegular(path: string, start = 0): Promise<ReadStream | null> {
  const opened = await openRegular(path)
  return opened?.file.createReadStream({start, highWaterMark: CHUNK_BYTES}) ?? null
}
