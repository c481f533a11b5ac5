import {OrchError} from '@orch/plugin-kit'
import {newId} from './new-id.js'

/** The claim that was typed, with a key, so that a repeated call is one claim. @param words behind the command, which may be the message @throws ORCH_USAGE */
export function claimOf(
  words: readonly string[],
  {message, evidence}: {readonly message: string; readonly evidence: readonly string[]},
): {message: string; evidence: readonly string[]; key: string} {
  const said = words.join(' ').trim()
  if (said !== '' && message !== '')
    throw new OrchError('ORCH_USAGE', {what: 'The message is given twice.', hint: 'orch done "what was done"'})
  return {message: said || message, evidence, key: newId('c')}
}

/** What becomes of a claim. @param waitsFor what has to end before it is checked */
export function claimLine(waitsFor: string | null): string {
  if (waitsFor === null) return 'Recorded. orch checks it now; if it fails the check, you get a message with the reason.'
  return `Recorded. orch checks it after ${waitsFor} has ended. If you are a subagent: only the agent itself claims; report to it instead.`
}
