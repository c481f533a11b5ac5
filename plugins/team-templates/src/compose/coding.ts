import type {Outline} from '@orch/plugin-kit'
import {isCode} from '../detect/complexity.js'
import type {Survey} from '../detect/survey.js'
import {countWords} from '../words.js'

/** Languages an outline may name as its type. */
const LANGUAGES = new Set(
  'python javascript typescript go java rust ruby php csharp c# cpp c++ c kotlin swift scala elixir dart'.split(' '),
)

/** Words that mean program text is to be written. The original also took `build`, `module`, `class`, …, which nearly every task holds. */
const CODING = [
  'implement*',
  'refactor*',
  'coding',
  'write code',
  'source code',
  'endpoint*',
  'unit test*',
  'integrate*',
  'function*',
  'develop*',
]

/** @returns why the project writes code, or null when it does not */
export function codingEvidence(outline: Outline, found: Survey): string | null {
  if (LANGUAGES.has(outline.type.toLowerCase())) return `the specification is about ${outline.type} code`
  const task = outline.phases.flatMap(({tasks}) => tasks).find(({title}) => countWords(CODING, title) > 0)
  if (task) return `the task ${JSON.stringify(task.title)} is coding`
  const file = found.files.find(isCode)
  return file && outline.type !== 'documentation' ? `the repository holds code (${file})` : null
}
