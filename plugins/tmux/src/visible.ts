/**
 * Makes control characters visible, so that pasted text is text: `ESC[201~` would end a bracketed paste and the rest would be typed.
 * Newline and tab stay, CR LF becomes a newline.
 * @returns the text with C0 and DEL in caret notation (`^[`) and C1 in hexadecimal (`\x9b`)
 */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, show)
}

function show(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : `\\x${code.toString(16)}`
}
