import {createInterface} from 'node:readline/promises'

export type Answer = 'yes' | 'trust' | 'no' | 'interrupted'

/** Asks a person at a terminal whether the plan may start. Ctrl-C and the end of input start nothing. */
export async function askApproval(question: string, canTrust: boolean): Promise<Answer> {
  const asking = new AbortController()
  const prompt = createInterface({input: process.stdin, output: process.stderr})
  prompt.once('SIGINT', () => asking.abort())
  prompt.once('close', () => asking.abort())
  try {
    const choices = canTrust ? '[y]es / yes and [t]rust this repository / [N]o' : '[y]es / [N]o'
    const answer = (await prompt.question(`${question} ${choices} `, {signal: asking.signal})).trim().toLowerCase()
    if (canTrust && (answer === 't' || answer === 'trust')) return 'trust'
    return answer === 'y' || answer === 'yes' ? 'yes' : 'no'
  } catch {
    return 'interrupted'
  } finally {
    prompt.close()
  }
}
