import {constants} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {NODE_CALLS, type FileCalls} from './durable-file.js'
import {moveAsideUnlessFile} from './move-aside.js'

/** Never waits for the other end of a pipe. Readable too, for a look at what is there. */
const CAREFULLY = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY

/**
 * Opens a file of orch's own for appending, and makes it when there is none. What stands in its place and is no file is moved aside.
 * @param path absolute; its folder exists
 */
export async function openToAppend(path: string, calls: Pick<FileCalls, 'open'> = NODE_CALLS): Promise<FileHandle> {
  await moveAsideUnlessFile(path)
  return calls.open(path, CAREFULLY, 0o600)
}
