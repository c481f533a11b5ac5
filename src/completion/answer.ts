import {visible} from '@orch/plugin-kit'
import type {CommandIndex} from './command-index.js'
import {completions} from './completions.js'
import {liveValues} from './live-values.js'
import {SHELLS, type Shell} from './scripts.js'

/**
 * Answers the script of a shell.
 * @param argv the shell, then the words up to the cursor, as that shell cuts them
 * @returns lines to print; none for an unknown shell
 */
export function completionLines(
  index: CommandIndex,
  [shell, ...cut]: readonly string[],
  dataDir: string,
  env: NodeJS.ProcessEnv,
): string[] {
  if (!SHELLS.includes(shell as Shell)) return []
  const {words, hidden} = shell === 'bash' ? joined(cut) : {words: cut, hidden: 0}
  const found = completions(index, words, liveValues(dataDir, env))
  if (typeof found === 'string') return [`:${found}`]
  return found.map(({word, about}) => (shell === 'bash' || about === '' ? word.slice(hidden) : `${word}\t${onOneLine(about)}`))
}

/** bash makes words of `=` and `:`, and replaces only what is behind the last of them. */
function joined(cut: readonly string[]): {readonly words: readonly string[]; readonly hidden: number} {
  const words: string[] = []
  let hidden = 0
  let isOpen = false
  for (const piece of cut) {
    const isBreak = /^[=:]+$/.test(piece)
    const joins = words.length > 0 && (isOpen || (isBreak && words.at(-1) !== ''))
    hidden = joins ? words.at(-1)!.length + (isBreak ? piece.length : 0) : 0
    if (joins) words.push(`${words.pop()}${piece}`)
    else words.push(piece)
    isOpen = isBreak
  }
  return {words, hidden}
}

function onOneLine(text: string): string {
  const line = visible(text.replaceAll(/\s+/g, ' '))
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}
