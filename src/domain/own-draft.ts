import {visibleControls, type AgentDriver} from '@orch/plugin-kit'
import {composeText} from './letter-text.js'
import type {Message} from './model/message.js'

/**
 * Messages that make up a draft, in order: each whole, the last one perhaps cut at its end. Line breaks, blanks and signs do not count: a composer wraps
 * its text, and a terminal shows control characters in another form.
 * @param messages of the agent
 * @param standsFor of its driver; a mark is taken for the message offered last that fits
 * @returns null when anything else is in the draft
 */
export function messagesIn(
  draft: string,
  messages: readonly Message[],
  standsFor: NonNullable<AgentDriver['standsFor']> = () => false,
): readonly Message[] | null {
  const marked = messages.filter((message) =>
    message.kind === 'command' ? draft.trim() === message.text : standsFor(draft, composeText(message)),
  )
  if (marked.length > 0) return [marked.reduce((a, b) => ((b.offeredAt ?? 0) > (a.offeredAt ?? 0) ? b : a))]
  const texts = messages.filter(({kind}) => kind !== 'command')
  const words = texts.flatMap((message) => {
    const [head, text] = [lettersOf(`[orch ${message.id} from `), composeText(message)]
    // Control characters are pasted in a visible form, of which a program may make signs.
    return [visibleControls(text), text].map((each) => ({message, head, body: lettersOf(each)}))
  })
  const found: Message[] = []
  for (let rest = lettersOf(draft); rest !== '';) {
    const next = words.find(({head, body}) => rest.startsWith(head) && (rest.startsWith(body) || body.startsWith(rest)))
    if (!next) return null
    found.push(next.message)
    rest = rest.slice(next.body.length)
  }
  return found.length > 0 ? found : null
}

function lettersOf(text: string): string {
  return text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '')
}
