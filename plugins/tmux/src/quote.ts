/** Words as one tmux command, in the syntax of tmux's own parser (tmux(1), COMMAND PARSING AND EXECUTION). */
export function commandLine(...words: readonly string[]): string {
  return words.map(quote).join(' ')
}

/** Commands one after the other on one line; an error in one drops those behind it. */
export function sequence(...commands: readonly string[]): string {
  return commands.join(' ; ')
}

/** Commands as one argument of `if-shell`. */
export function block(...commands: readonly string[]): string {
  return `{ ${sequence(...commands)} }`
}

/**
 * One word for tmux's parser: always in double quotes, so that nothing in it ends the word, the line or the command. Line ends are
 * escaped: the parser drops the blanks after a raw one inside quotes, and control mode reads line by line.
 */
export function quote(word: string): string {
  return `"${word.replace(SPECIAL, escape)}"`
}

/** `\ " $` mean something inside double quotes, `~` at their start; control characters cannot stand in a line. */

const SPECIAL = /[\\"$~\u0000-\u001f\u007f]/g

function escape(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  const code = character.charCodeAt(0)
  return code < 0x20 || code === 0x7f ? `\\${code.toString(8).padStart(3, '0')}` : `\\${character}`
}
