import {stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {hasCode} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'

/** A ledger has 500 bytes a port, its lock less. */
const MOST_BYTES = 4 * 1024 * 1024

/** @returns null when there is no such file. @throws Error that names what stands in its place, or in that of its folder */
export async function readOwn(path: string): Promise<string | null> {
  const text = await readBoundedText(path, {maxBytes: MOST_BYTES}).catch((error: unknown) => {
    throw hasCode(error, 'ORCH_FILE') ? new Error(`${error.details.why}; move ${path} away`, {cause: error.cause}) : error
  })
  if (text === null) await requireFolder(dirname(path))
  return text
}

/** Where a file stands in the place of a folder, nothing is known of what was in it. */
async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (found && !found.isDirectory()) throw new Error(`${folder} is not a folder; move it away`)
}
