import {closeSync, constants, fstatSync, openSync, readFileSync, type Stats} from 'node:fs'

/** A link is not followed, and a FIFO without a writer does not block. */
const CAREFULLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Reads a regular file before anything else happens, whatever stands in its place; elsewhere `readBounded` of the kit does it.
 * @param longestBytes the most that is read
 * @throws for a link, a folder, a FIFO, a socket, a device, and for a longer file
 */
export function readRegularSync(path: string, longestBytes: number): string {
  const file = openSync(path, CAREFULLY)
  try {
    requireRegular(fstatSync(file), longestBytes)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function requireRegular(stat: Stats, longestBytes: number): void {
  if (!stat.isFile()) throw new Error('it is no regular file')
  if (stat.size > longestBytes) throw new Error(`it has ${stat.size} bytes, more than ${longestBytes}`)
}
