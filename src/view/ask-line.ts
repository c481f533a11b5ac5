import {createInterface} from 'node:readline/promises'
import {visible} from '@orch/plugin-kit'

/** Asks a person at a terminal for a line. @returns null after Ctrl-C or the end of input */
export async function askLine(question: string): Promise<string | null> {
  const asking = new AbortController()
  const prompt = createInterface({input: process.stdin, output: process.stderr})
  prompt.once('SIGINT', () => asking.abort())
  prompt.once('close', () => asking.abort())
  try {
    return await prompt.question(visible(question), {signal: asking.signal})
  } catch {
    return null
  } finally {
    prompt.close()
  }
}
