import {constants} from 'node:fs'
import type {FileCalls} from './durable-file.js'

/** Half of what a string of Node can hold; a record of a long project has 10 MB. */
const LONGEST = 256 * 1024 * 1024

/** A file that is not there, or holds nothing that can be read. */
export type Unread = {readonly what: 'nothing'} | {readonly what: 'damaged'; readonly why: string}

/** Never waits for the other end of a pipe, and takes no more into memory than a record can have. */
export async function readWhole(calls: FileCalls, path: string): Promise<{readonly text: string} | Unread> {
  try {
    const file = await calls.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const found = await file.stat()
      if (!found.isFile()) return {what: 'damaged', why: 'it is not a file'}
      if (found.size > LONGEST) return {what: 'damaged', why: `it is larger than ${LONGEST / 1024 / 1024} MB`}
      return {text: await file.readFile('utf8')}
    } finally {
      await file.close()
    }
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return {what: 'nothing'}
    if (code === 'ELOOP') return {what: 'damaged', why: 'its links lead in a circle'}
    if (code === 'ENXIO' || code === 'ENODEV') return {what: 'damaged', why: 'it is a socket or device, not a file'}
    throw error
  }
}
