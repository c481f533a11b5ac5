import {BUSY, CONFIRM, FOOTER, PROMPT} from '../words.js'
import {displayWidth, truncate, wrap} from './display-width.js'
import type {LiveBlock} from './screen.js'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface ComposerState {
  readonly draft: string
  readonly busy: boolean
  /** Prompts that wait for the step to end. */
  readonly queued: number
  /** Said in the footer instead of the rest. */
  readonly hint: string | null
  readonly label: string
}

export interface DialogState {
  readonly title: string
  readonly body: readonly string[]
  readonly options: readonly string[]
  readonly highlighted: number
  /** Index of the option Escape takes; the last one without it. */
  readonly escape?: number
}

/** More rows of a draft than this are not shown; the composer keeps them. */
const DRAFT_ROWS = 8
/** Blank line, footer and a line of log beside the draft. */
const OTHER_ROWS = 3
const RULE = 40

/** The composer and its footer. */
export function composerView(state: ComposerState, size: Size): LiveBlock {
  const width = Math.max(4, size.columns - 3)
  const room = Math.max(1, Math.min(DRAFT_ROWS, size.rows - OTHER_ROWS))
  const draft = shorten(wrap(state.draft, width), room)
  const lines = draft.map((line, index) => `${index === 0 ? PROMPT : ' '} ${line}`)
  const busy = [state.label, 'working', ...(state.queued > 0 ? [`${state.queued} queued`] : [])]
  const words = state.busy ? [BUSY, ...busy] : [state.hint ?? state.label, 'idle']
  const footer = truncate(`  ${FOOTER} ${words.join(' · ')}`, size.columns - 1)
  return {lines: ['', ...lines, footer], cursor: {row: lines.length, column: 2 + displayWidth(draft.at(-1)!)}}
}

/** The first row, which says whose the text is, and the last ones, where it is written on. */
function shorten(rows: string[], room: number): string[] {
  if (rows.length <= room) return rows
  if (room < 3) return rows.slice(-room)
  return [rows[0]!, `… ${rows.length - room + 1} rows …`, ...rows.slice(2 - room)]
}

/** A question with options, as Claude Code draws one. */
export function dialogView(dialog: DialogState, size: Size): LiveBlock {
  const fit = (line: string) => truncate(line, size.columns - 1)
  const options = dialog.options.map((option, index) => fit(`${index === dialog.highlighted ? PROMPT : ' '} ${option}`))
  const head = ['─'.repeat(Math.min(RULE, size.columns - 1)), dialog.title, ...dialog.body].map(fit)
  const lines = [...head, ...options, CONFIRM].map(fit)
  return {lines, cursor: {row: head.length + dialog.highlighted, column: 0}}
}
