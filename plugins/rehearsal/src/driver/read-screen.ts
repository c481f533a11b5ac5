import type {ScreenReading} from '@orch/plugin-kit'
import {BUSY, CONFIRM, FOOTER, PROMPT, START_DIALOGS, parseLimit} from '../words.js'

/** So many lines above the composer may belong to a limit's text (two, wrapped on a narrow screen, and the line before). */
const LIMIT_LINES = 6

/** What a screen of the player shows. Only the block at its end counts: what stands above is talk. */
export function readScreen(screen: string): ScreenReading {
  const lines = screen.split('\n').map((line) => line.trimEnd())
  while (lines.at(-1) === '') lines.pop()
  const last = lines.at(-1) ?? ''
  if (last.trim() === CONFIRM) return readDialog(lines)
  if (!last.startsWith(`  ${FOOTER}`)) return {what: 'unknown'}

  const start = lines.findLastIndex((line) => line === PROMPT || line.startsWith(`${PROMPT} `))
  if (start < 0) return {what: 'unknown'}
  const text = lines.slice(start, -1).map((line) => line.slice(2))
  const draft = text.join('\n').trim() === '' ? null : text.join('\n')
  if (last.includes(BUSY)) return {what: 'busy', draft}
  const above = limitBlock(lines.slice(0, start))
  const limit = above === null ? null : parseLimit(above)
  return limit === null ? {what: 'composer', draft} : {what: 'limit', text: above!, resetsAt: limit.resetsAt}
}

/** The text of a limit, when that is the last thing said. */
function limitBlock(above: string[]): string | null {
  const said = above.slice(-LIMIT_LINES - 1)
  const start = said.findLastIndex((line) => /^ {2}⎿ /.test(line))
  const block = said.slice(start)
  if (start < 0 || block.some((line) => /^[●✻>] /.test(line))) return null
  return block
    .map((line) => line.replace(/^ *⎿? */, ''))
    .join(' ')
    .trim()
}

function readDialog(lines: string[]): ScreenReading {
  const block = dialogBlock(lines)
  const options: string[] = []
  for (const line of block.slice(0, -1).reverse()) {
    if (!line.startsWith(`${PROMPT} `) && !/^ {2}\S/.test(line)) break
    options.unshift(line)
  }
  const highlighted = options.findIndex((line) => line.startsWith(PROMPT))
  const text = block.join('\n')
  const known = Object.entries(START_DIALOGS).find(([, {title}]) => block[0] === title)
  if (!known) return {what: 'dialog', name: 'permission', text, answer: null}
  const [name, words] = known
  const wanted = options.findIndex((line) => line.slice(2) === words.options[words.accepts])
  if (wanted < 0 || highlighted < 0) return {what: 'dialog', name, text, answer: null}
  return {what: 'dialog', name, text, answer: towards(wanted - highlighted)}
}

/** The dialog itself, without the log above: it begins behind the last rule. */
function dialogBlock(lines: string[]): string[] {
  const rule = lines.findLastIndex((line) => /^─{3,}$/.test(line))
  return lines.slice(rule + 1).filter((line) => line !== '')
}

/** Moves first and confirms only what is read again: a lost key must never confirm the wrong option. */
function towards(distance: number): string[] {
  if (distance === 0) return ['Enter']
  return Array.from({length: Math.abs(distance)}, () => (distance > 0 ? 'Down' : 'Up'))
}
