/** C0 without newline and tab, DEL, and C1 (ECMA-48). */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/**
 * Marks that turn the direction of text (Unicode Standard Annex 9, table of explicit formatting characters), and what takes no room:
 * zero width space, word joiner, soft hyphen, byte order mark, tags. The joiners of emoji and of Indic and Arabic scripts stay.
 */
const UNSEEN = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g
/** SGR with one of the formats that orch itself prints: bold, dim, italic, underline, foreground colours, and their ends. */
const COLOUR = /\u001b\[(?:0|1|2|3|4|22|23|24|39|3[0-7]|9[0-7])?m/g

/** Control characters in caret notation (`^[`) and in hexadecimal (`\x9b`); newline and tab stay. */
export function visibleControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : `\\x${code.toString(16)}`
  })
}

/**
 * A text as a person may be shown it: nothing in it acts on the terminal, and nothing in it is hidden or stands in another order than it is
 * written. `<U+202E>` stands for a mark that turns the direction.
 */
export function visible(text: string): string {
  return visibleControls(text).replace(UNSEEN, nameOf)
}

/** The same on one line, every character shown, for a command that a person agrees to. */
export function visibleWhole(text: string): string {
  return visible(text).replaceAll('\n', '^J').replaceAll('\t', '^I')
}

/** The same for text that orch has put colours into. */
export function visibleBesideColours(text: string): string {
  const colours = text.match(COLOUR) ?? []
  return text
    .split(COLOUR)
    .map((part, index) => visible(part) + (colours[index] ?? ''))
    .join('')
}

function nameOf(character: string): string {
  return `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`
}
