import type {ConversationRefusal} from '@orch/plugin-kit'

/** What the player draws and the driver reads: one place, so that the two cannot drift apart. Wording after Claude Code 2.1.330. */

/** On the first screen of every run, so that nobody takes it for a model. */
export const HEADER = 'orch rehearsal agent: a scripted program, no model behind it'
/** Before the composer's text, and before the highlighted option of a dialog. */
export const PROMPT = '❯'
/** First word of the footer, the last line of the screen. */
export const FOOTER = '⏵'
/** In the footer while it works. */
export const BUSY = 'esc to interrupt'
/** Last line of a dialog. */
export const CONFIRM = 'Enter to confirm · Esc to cancel'
/** In the text of a message that turns a claim down: what is claimed does not hold, or cannot be merged. */
export const REJECTED = '[orch:rejected]'
export const CONFLICT = '[orch:conflict]'

/** The refusals of Claude Code to begin a conversation that exists, or to resume one that does not. */
export const REFUSALS: Readonly<Record<ConversationRefusal, (conversation: string) => string>> = {
  exists: (conversation) => `Error: Session ID ${conversation} is already in use.`,
  missing: (conversation) => `No conversation found with session ID: ${conversation}`,
}
/** The refusal is the last thing on the screen, above tmux's line about the dead pane; both may be wrapped. */
const REFUSAL_LINES = 6

/** The refusal that a screen ends with. */
export function refusalIn(screen: string): ConversationRefusal | null {
  const lines = screen.split('\n').filter((line) => line.trim() !== '')
  const end = lines.slice(-REFUSAL_LINES).join(' ')
  if (/Session ID \S+ is already in use/.test(end)) return 'exists'
  return /No conversation found with session ID/.test(end) ? 'missing' : null
}

export type StartDialog = 'trust' | 'bypass' | 'mcp'

export interface DialogWords {
  /** How the driver knows it. */
  readonly title: string
  readonly body: readonly string[]
  readonly options: readonly string[]
  /** Index of the option highlighted at first: Enter there refuses, as in Claude Code 2.1.330. */
  readonly highlighted: number
  /** Index of the option that leads on. */
  readonly accepts: number
}

/** The dialogs before the composer, in the order they come. */
export const START_DIALOGS: Readonly<Record<StartDialog, DialogWords>> = {
  trust: {
    title: 'Accessing workspace:',
    body: ['Quick safety check: Is this a project you created or one you trust?'],
    options: ['Yes, I trust this folder', 'No, exit'],
    highlighted: 1,
    accepts: 0,
  },
  bypass: {
    title: 'WARNING: Claude Code running in Bypass Permissions mode',
    body: ['(an imitation of that warning: nothing is bypassed here)'],
    options: ['No, exit', 'Yes, I accept'],
    highlighted: 0,
    accepts: 1,
  },
  mcp: {
    title: 'New MCP server found in this project: rehearsal',
    body: ['(an imitation of that question: there is no server)'],
    options: ['Use this MCP server', 'Use this and all future MCP servers in this project', 'Continue without using this MCP server'],
    highlighted: 2,
    accepts: 0,
  },
}

/** Options of the dialog a script shows; a person must decide, so the driver has no answer for it. */
export const PERMISSION_OPTIONS = ['Yes', 'No'] as const

/**
 * What a limit says: Claude's line, and the exact end, which Claude's line (to the minute, without a date) cannot carry.
 * @param until when the limit ends, milliseconds UTC
 */
export function limitText(until: number): string {
  const at = new Date(until)
  const hour = at.getUTCHours()
  const clock = `${hour % 12 || 12}:${String(at.getUTCMinutes()).padStart(2, '0')}${hour < 12 ? 'am' : 'pm'}`
  return `You've hit your 5-hour limit · resets ${clock} (UTC)\nsimulated limit, over at ${at.toISOString()}`
}

/** @returns when the limit of such a text ends, milliseconds UTC; `null` end when it does not say; null when it is no such text */
export function parseLimit(text: string): {readonly resetsAt: number | null} | null {
  if (!/You['’]ve hit your [\w.-]+ limit\b/.test(text)) return null
  const iso = /simulated limit, over at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)/.exec(text)?.[1]
  return {resetsAt: iso === undefined ? null : Date.parse(iso)}
}
