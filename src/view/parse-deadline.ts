import {OrchError, parseDuration} from '@orch/plugin-kit'

/**
 * A time of day (`18:30`, the next one, in this computer's time zone), a date and time (`2030-01-31T18:30`), or a duration from now (`90m`, `2h`).
 * @param now milliseconds UTC
 * @returns milliseconds UTC
 * @throws ORCH_USAGE, also for a moment that has passed
 */
export function parseDeadline(text: string, flag: string, now: number): number {
  const plain = text.trim()
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(plain) ?? []
  if (hours !== undefined && minutes !== undefined) return nextTimeOfDay(Number(hours), Number(minutes), now) ?? refuse(text, flag)
  if (/^\d{4}-\d{2}-\d{2}T/.test(plain)) {
    const at = Date.parse(plain)
    if (Number.isNaN(at)) return refuse(text, flag)
    if (at <= now) throw new OrchError('ORCH_USAGE', {what: `${flag} ${text} has passed.`, hint: 'Name a time to come.'})
    return at
  }
  // A bare number is no time of day and could be meant as hours: it is refused, not guessed.
  return /^\d+(\.\d+)?$/.test(plain) || !/^\d/.test(plain) ? refuse(text, flag) : now + parseDuration(plain, flag)
}

function nextTimeOfDay(hours: number, minutes: number, now: number): number | null {
  if (hours > 23 || minutes > 59) return null
  const at = new Date(now)
  at.setHours(hours, minutes, 0, 0)
  // By the calendar, so that a night with a change of clocks is as long as it is.
  if (at.getTime() <= now) at.setDate(at.getDate() + 1)
  return at.getTime()
}

function refuse(text: string, flag: string): never {
  throw new OrchError('ORCH_USAGE', {what: `${flag} ${text} is not a time.`, hint: 'Say 18:30, 2030-01-31T18:30, 90m or 2h.'})
}
