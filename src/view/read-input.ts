import {readFile} from 'node:fs/promises'
import {text} from 'node:stream/consumers'
import {OrchError, messageOf} from '@orch/plugin-kit'

/** The text of a file, or of standard input for `-`. @throws ORCH_USAGE */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return text(process.stdin)
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new OrchError('ORCH_USAGE', {
      what: `${file} cannot be read: ${messageOf(error)}`,
      hint: 'Name a file that is there, or - for standard input.',
    })
  })
}
