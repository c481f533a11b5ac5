const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const DAY_MS = 86_400_000

/** Screens give minutes, and a notice may be read a little after its time: this far back it is the time meant, not the next day's. */
const JUST_PAST_MS = 5 * 60_000
/** A date further back than this is next year's. */
const LAST_YEAR_MS = 180 * DAY_MS

const WHEN =
  /^(?:(?<word>[a-z]{3})[a-z]*\.?(?:\s+(?<day>\d{1,2}),?)?(?:,? at)?(?:\s+|$))?(?:(?<hour>\d{1,2})(?:(?::(?<minute>\d{2}))?\s?(?<half>[ap])m|:(?<minute24>\d{2})))?$/i

/**
 * Understands the times Claude Code gives for the end of a limit: `7:05pm`, `3pm`, `Mon 12:00am`, `Nov 25, 12:38am`,
 * `tomorrow at 9am`, `14:30`, `Nov 25`.
 * @param when the time as written
 * @param zone the IANA name written behind it; null or unknown: the zone of this machine
 * @param now milliseconds UTC
 * @param saidWithinMs how long ago it may have been written, in milliseconds: a time of day within it has passed, rather than to come
 * @returns milliseconds UTC, or null when it is no such time
 */
export function parseResetTime(when: string, zone: string | null, now: number, saidWithinMs = 0): number | null {
  const match = WHEN.exec(when.trim())
  if (!match) return null
  const {word, day, hour, minute, minute24, half} = match.groups!
  // A time, or a date alone: its first minute.
  if (hour === undefined && day === undefined) return null
  const minutes = hour === undefined ? 0 : minutesOfDay(Number(hour), Number(minute ?? minute24 ?? 0), half?.toLowerCase())
  if (minutes === null) return null
  const inZone = clockOf(zone)
  const today = inZone.dateAt(now)
  const at = (year: number, month: number, date: number) => inZone.timeOf(year, month, date, minutes)
  const earliest = (times: readonly number[]) => times.find((time) => time >= now - Math.max(JUST_PAST_MS, saidWithinMs)) ?? null
  const name = word?.toLowerCase()
  if (name === 'tom') return at(today.year, today.month, today.day + 1)
  if (name === undefined) return earliest([-1, 0, 1].map((days) => at(today.year, today.month, today.day + days)))
  if (day !== undefined) {
    const month = MONTHS.indexOf(name)
    if (month < 0) return null
    const time = at(today.year, month, Number(day))
    return time >= now - LAST_YEAR_MS ? time : at(today.year + 1, month, Number(day))
  }
  const weekday = WEEKDAYS.indexOf(name)
  if (weekday < 0) return null
  const ahead = (weekday - new Date(Date.UTC(today.year, today.month, today.day)).getUTCDay() + 7) % 7
  return earliest([-7, 0, 7].map((days) => at(today.year, today.month, today.day + ahead + days)))
}

/** @param half of the day, without it the clock has 24 hours */
function minutesOfDay(hour: number, minute: number, half: string | undefined): number | null {
  if (half === undefined) return hour > 23 || minute > 59 ? null : hour * 60 + minute
  if (hour < 1 || hour > 12 || minute > 59) return null
  return ((hour % 12) + (half === 'p' ? 12 : 0)) * 60 + minute
}

interface ZoneClock {
  dateAt(time: number): {year: number; month: number; day: number}
  /** @param month from 0 @param date may run over the month's end */
  timeOf(year: number, month: number, date: number, minutes: number): number
}

function clockOf(zone: string | null): ZoneClock {
  const format = formatter(zone)
  const wallAt = (time: number) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({type, value}) => [type, Number(value)]))
    return Date.UTC(parts['year']!, parts['month']! - 1, parts['day'], parts['hour'], parts['minute'])
  }
  const offsetAt = (time: number) => wallAt(time) - Math.floor(time / 60_000) * 60_000
  return {
    dateAt(time) {
      const wall = new Date(wallAt(time))
      return {year: wall.getUTCFullYear(), month: wall.getUTCMonth(), day: wall.getUTCDate()}
    },
    timeOf(year, month, date, minutes) {
      const wall = Date.UTC(year, month, date, 0, minutes)
      // The offset belongs to the result, which is not known yet; the second round settles it but for the hour a clock change skips.
      const guess = wall - offsetAt(wall)
      return wall - offsetAt(guess)
    },
  }
}

function formatter(zone: string | null): Intl.DateTimeFormat {
  const fields = {hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric'} as const
  try {
    return new Intl.DateTimeFormat('en-US', {...fields, ...(zone === null ? {} : {timeZone: zone})})
  } catch {
    return new Intl.DateTimeFormat('en-US', fields)
  }
}
