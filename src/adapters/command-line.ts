import {parseArgsStringToArgv} from 'string-argv'
import {OrchError} from '@orch/plugin-kit'

/** What a shell would act on; we have none. */
const OPERATORS = /^(?:\|\|?|&&?|;|[<>]{1,2}|\d?>&?\d?|\()$/
/** The same, sticking to a word: `a;b`, `$(x)`, backticks, redirections. */
const INSIDE = /[;|&<>`]|\$\(/

/**
 * Splits a command into argv, as a shell splits words but without one.
 * @throws ORCH_USAGE for an empty command, and for shell operators outside `sh -c '…'`
 */
export function splitCommand(command: string): [string, ...string[]] {
  const words = parseArgsStringToArgv(command.trim())
  const [program, ...args] = words
  if (!program) throw new OrchError('ORCH_USAGE', {what: 'An empty command cannot be run.', hint: 'Name a program and its arguments.'})
  if (!isShell(program, args)) {
    const operator = unquoted(command).find((word) => OPERATORS.test(word) || INSIDE.test(word)) ?? substitution(command)
    if (operator) {
      throw new OrchError('ORCH_USAGE', {
        what: `The command ${JSON.stringify(command)} needs a shell for ${JSON.stringify(operator)}, and orch runs none by itself.`,
        hint: `If a shell is meant, say so: sh -c ${quoteForDisplay(command)}`,
      })
    }
  }
  return [program, ...args]
}

function isShell(program: string, args: readonly string[]): boolean {
  return /(?:^|\/)(?:ba|da|z|k)?sh$/.test(program) && args[0]?.startsWith('-') === true && args[0].includes('c')
}

/** The words of a command without what stands in quotes. */
function unquoted(command: string): string[] {
  return command
    .replace(/'[^']*'|"[^"]*"/g, ' ')
    .split(/\s+/)
    .filter(Boolean)
}

/** What a shell acts on in double quotes too; single quotes keep everything as it is. */
function substitution(command: string): string | undefined {
  const quoted = command.match(/'[^']*'|"[^"]*"/g) ?? []
  return quoted.filter((text) => text.startsWith('"')).find((text) => /`|\$\(/.test(text))
}

function quoteForDisplay(command: string): string {
  return `'${command.replaceAll("'", `'\\''`)}'`
}
