import type {ScreenReading} from '@orch/plugin-kit'
import {findLimit} from '../signals/limit-text.js'
import {findComposer} from './composer.js'
import {GATES} from './gates.js'
import {legibleDialog} from './legible.js'
import {readMcpDialog} from './mcp-dialog.js'
import {keysTo, readOptions} from './options.js'

/** Lines above the composer in which a limit is Claude Code's own notice; further up an agent may be writing about limits. */
const NOTICE_LINES = 6
/** The first line of what was written to the agent; further ones are indented. */
const PROMPT = /^❯ /
/** Anything of Claude Code's own begins at the edge, or is its `⎿`, with a no-break space behind it (measured on 2.1.197 and 2.1.330). */
const OWN_WORDS = /^\S|^ {2}⎿ \u00a0/
/**
 * A notice stays on the screen when its limit is over, and tells a time of day only. Taken for tomorrow's it would keep messages back for a day; taken
 * for past too early it costs one refused turn. So it is the nearest such time.
 */
const NOTICE_AGE_MS = 12 * 3_600_000

/**
 * What Claude Code's screen shows: for when no hook can tell. Pure.
 * @param screen text of the pane
 * @param now milliseconds UTC, for times of day on it
 * @param approve names of the MCP servers of `.mcp.json` that are approved; agents are given theirs, so what is asked for without it was not granted
 */
export function readClaudeScreen(screen: string, now: number, approve: readonly string[] = []): ScreenReading {
  const lines = screen.split('\n').map((line) => line.trimEnd())
  const composer = findComposer(lines)
  if (!composer) return dialogOn(lines, approve) ?? {what: 'unknown'}
  const limit = findLimit(noticeAbove(lines.slice(0, composer.top)), now, NOTICE_AGE_MS)
  // Without a time it would hold messages back for ever; that the agent is limited is known from its hook.
  const holds = limit !== null && limit.resetsAt !== null && limit.resetsAt > now
  if (holds && !composer.busy) return {what: 'limit', text: limit.text, resetsAt: limit.resetsAt}
  return {what: composer.busy ? 'busy' : 'composer', draft: composer.draft}
}

/** What stands right above the composer, without what somebody wrote to the agent: a message may speak of limits in the very words. */
function noticeAbove(lines: readonly string[]): string {
  let isPrompt = false
  const told = lines.map((line) => {
    if (PROMPT.test(line)) isPrompt = true
    else if (OWN_WORDS.test(line)) isPrompt = false
    return {line, isPrompt}
  })
  return told
    .filter(({line}) => line !== '')
    .slice(-NOTICE_LINES)
    .flatMap(({line, isPrompt: isTold}) => (isTold ? [] : [line]))
    .join('\n')
}

function dialogOn(lines: readonly string[], approve: readonly string[]): ScreenReading | null {
  const text = legibleDialog(lines)
  // Dialogs wrap their text at the width of the pane.
  const flowing = lines.join(' ').trim().replace(/\s+/g, ' ')
  const mcp = readMcpDialog(lines, flowing, approve)
  if (mcp) return {what: 'dialog', name: 'mcp', text, ...mcp}
  const gate = GATES.find(({shows}) => shows.test(flowing))
  if (gate) return {what: 'dialog', name: gate.name, text, answer: gate.choose && keysTo(readOptions(lines), gate.choose)}
  const asks = /Enter to (?:confirm|select)|Esc to cancel/.test(flowing)
  return asks ? {what: 'dialog', name: 'unknown', text, answer: null} : null
}
