import {createHash} from 'node:crypto'
import {streamRegular} from '@orch/plugin-kit/files'

/** @returns the sha256 of a file of any size; null when there is none. @throws ORCH_FILE when it is not a readable regular file */
export async function digestOfFile(path: string): Promise<string | null> {
  const stream = await streamRegular(path)
  if (!stream) return null
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
