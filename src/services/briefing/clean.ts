/** Invisible marks that turn the direction of text around, and a byte order mark. */
const INVISIBLE = /[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g

/** A value as one line: what comes from specifications and plugins must not make lines of its own. */
export function line(value: string): string {
  return value
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(INVISIBLE, '')
    .trim()
}

/** A value of several lines without control characters. */
export function text(value: string): string {
  return value
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(INVISIBLE, '')
}
