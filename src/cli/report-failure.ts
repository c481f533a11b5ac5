import {OrchError, folded, isOrchError, toErrorBody, visible} from '@orch/plugin-kit'
import {unknownCommand} from './unknown-command.js'

interface KnownCommands {
  readonly commandIDs: readonly string[]
  readonly plugins: ReadonlyMap<string, {readonly name: string; readonly commandIDs: readonly string[]}>
}

/** What oclif throws: an exit code of its own, and nothing else it has in common with our errors. */
interface OclifError extends Error {
  readonly oclif?: {readonly exit?: number}
  readonly code?: string
}

/**
 * Says on the right stream why nothing ran, and sets the exit code. Errors of commands have been said by the commands themselves.
 * @param known the commands, as far as they are known
 */
export function reportFailure(error: unknown, argv: readonly string[], known?: KnownCommands): void {
  const {oclif, code, message} = error as OclifError
  // `this.exit(n)`.
  if (code === 'EEXIT') {
    process.exitCode = oclif?.exit ?? 0
    return
  }
  const body = toErrorBody(isOrchError(error) || oclif?.exit !== 2 ? error : new OrchError('ORCH_USAGE', usage(message, argv, known)))
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: body})}\n`)
  else
    process.stderr.write(
      folded(visible(`Error: ${body.message}\n  ${body.remedy}\n  (${body.code}, exit ${body.exit})\n`), process.stderr.columns),
    )
  process.exitCode = body.exit
}

/** oclif leaves out a command whose module cannot be loaded. */
function brokenCommand([word]: readonly string[], known?: KnownCommands): {readonly what: string; readonly hint: string} | null {
  const owner = [...(known?.plugins.values() ?? [])].find(({commandIDs}) => commandIDs.some((id) => id.split(':')[0] === word))
  if (!owner || word === undefined || known?.commandIDs.some((id) => id.split(':')[0] === word)) return null
  return {what: `orch ${word} is a command of the plugin ${owner.name} and cannot be loaded.`, hint: 'orch doctor says why.'}
}

/** oclif joins all words to the name of a command it does not find. */
function usage(message: string, argv: readonly string[], known?: KnownCommands): {readonly what: string; readonly hint: string} {
  if (/^command \S[^]* not found$/.test(message)) return brokenCommand(argv, known) ?? unknownCommand(argv, known?.commandIDs ?? [])
  return {what: message, hint: 'orch help lists the commands.'}
}
