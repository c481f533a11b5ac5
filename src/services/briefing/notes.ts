import type {Answer, BriefingSection} from '@orch/plugin-kit'

/** Characters of its notes that stand in a briefing; who writes more finds the rest in the file. */
const MAX_CHARS = 8_000
/** Left out only after everything else that may be. */
const WEIGHT = 99

/** What an agent wrote down for the conversation after it, as a section of that one's briefing. */
export function notesSection(notes: string, path: string): Answer<readonly BriefingSection[]> {
  const rest = notes.length > MAX_CHARS ? `\n\n… The rest is in ${path}.` : ''
  const body = `Written by the conversation of your role before this one, in ${path}:\n\n${notes.slice(0, MAX_CHARS).trim()}${rest}`
  return {plugin: 'orch', value: [{title: 'Notes you take over', body, weight: WEIGHT}]}
}
