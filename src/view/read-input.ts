import {resolve} from 'node:path'
import {OrchError, hasCode} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'

/** More than any message may have. */
const MOST_BYTES = 4 * 1024 * 1024

/** The text of a file, or of standard input for `-`, 4 MB at most. @throws ORCH_USAGE */
export async function readInput(file: string): Promise<string> {
  return file === '-' ? readStandardInput() : readFile(file)
}

async function readFile(file: string): Promise<string> {
  const text = await readBoundedText(resolve(file), {maxBytes: MOST_BYTES}).catch((error: unknown) => {
    throw hasCode(error, 'ORCH_FILE') ? unusable(file, error.details.why) : error
  })
  if (text === null) throw unusable(file, 'there is no such file')
  return text
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MOST_BYTES) throw unusable('Standard input', `it is larger than ${MOST_BYTES / 1024 / 1024} MB`)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unusable(what: string, why: string): OrchError<'ORCH_USAGE'> {
  return new OrchError('ORCH_USAGE', {what: `${what} cannot be read: ${why}`, hint: 'Name a text file, or - for standard input.'})
}
