import {parseResetTime} from './reset-time.js'

/** A limit as Claude Code's own words tell it. */
export interface LimitNotice {
  readonly text: string
  /** Milliseconds UTC; null when the words do not say. */
  readonly resetsAt: number | null
}

/** The wordings of 1.0.100 to 2.1.330, each measured or reported; the table in the plugin's README has them by version. */
const LIMIT =
  /You['’]ve (?:hit|reached) your (?:[\w.-]+ ){0,3}limit\b|You['’]re out of (?:[\w-]+ )?usage\b|\b(?:5-hour|session|weekly|opus|sonnet|usage|spend)(?: weekly)? limit reached\b|\bClaude(?: AI)? usage limit reached(?:\|(?<epoch>\d{10}))?/i

/** A time of day, a date or a day of the week before it, or a date alone; then its zone. */
const RESET =
  /\b(?:will )?resets?(?: at| on)?:?\s+(?<when>(?:(?:tomorrow|[A-Z][a-z]{2,8}(?: \d{1,2},?)?)(?:,? at)?\s+)?\d{1,2}(?:(?::\d{2})?\s?[ap]m\b|:\d{2}\b)|[A-Z][a-z]{2,8} \d{1,2}\b)(?:\s*\((?<tz>[^)]+)\))?/i

/** 1.0.100 and 2.0.0 wrote the epoch right behind the words. */
const EPOCH = /limit reached\|(?<epoch>\d{10})/i

/**
 * @param text a message of Claude Code, or a few lines of its screen
 * @param now milliseconds UTC
 * @param saidWithinMs how long ago it may have been said, in milliseconds
 * @returns null when it speaks of no limit
 */
export function findLimit(text: string, now: number, saidWithinMs = 0): LimitNotice | null {
  const limit = LIMIT.exec(text)
  if (!limit) return null
  const line = text.slice(text.lastIndexOf('\n', limit.index) + 1).split('\n')[0]!
  const epoch = EPOCH.exec(text)?.groups?.['epoch']
  if (epoch) return {text: line.trim(), resetsAt: Number(epoch) * 1_000}
  const reset = RESET.exec(text.slice(limit.index))
  return {
    text: line.trim(),
    resetsAt: reset ? parseResetTime(reset.groups!['when']!, reset.groups!['tz'] ?? null, now, saidWithinMs) : null,
  }
}
