// Reading of orch's own files by programs that load nothing else: what stands in their place must not block or fill them.
import {closeSync, constants, fstatSync, openSync, readFileSync} from 'node:fs'

/** Bytes of a record at most. */
const LONGEST = 1024 * 1024

/** @returns the text of a regular file. @throws when it is none, or larger than any of them */
export function readOwn(path) {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const found = fstatSync(file)
    if (!found.isFile() || found.size > LONGEST) throw new Error(`${path} is no file of orch's; move it away`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}
