import {OrchError} from './errors/index.js'

const UNITS: Readonly<Record<string, number>> = {s: 1_000, m: 60_000, h: 3_600_000}

/** `90s`, `30m`, `2h`, or seconds. @returns milliseconds @throws ORCH_USAGE */
export function parseDuration(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/.exec(text.trim())
  if (!match || Number(match[1]) <= 0)
    throw new OrchError('ORCH_USAGE', {what: `${flag} ${text} is not a time.`, hint: 'Say 90s, 30m or 2h.'})
  return Math.round(Number(match[1]) * UNITS[match[2] || 's']!)
}
